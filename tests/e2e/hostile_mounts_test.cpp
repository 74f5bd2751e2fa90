// Images and containers that try to lead a mount out of where it belongs.
#include <gmock/gmock.h>

#include "tests/support/volume_daemon.hpp"

namespace minidock::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class HostileMounts : public VolumeDaemon {
  protected:
    void make_volume_with_sub() {
        (void)out_of({"-v", "v1:/v"}, "mkdir -p /v/sub/deep; echo below > /v/sub/file");
    }
};

TEST_F(HostileMounts, ALinkAtTheTargetStaysInTheContainer) {
    const TempDir victim;
    make_image("linked", "ln -s " + victim.path() + " absolute && ln -s ../../../../" +
                             victim.path().substr(1) + " dots && ln -s absolute again");
    for (const char* target : {"/absolute", "/dots", "/again", "/absolute/below"}) {
        EXPECT_EQ(out_of({"-v", host.path() + ":" + target},
                         std::string{"echo 1 > "} + target + "/mark", "linked"),
                  "");
        EXPECT_TRUE(fs::is_empty(victim.path())) << target;
        EXPECT_TRUE(fs::remove(host / "mark")) << target;
    }
}

TEST_F(HostileMounts, ALinkThatIsSwappedWhileContainersStartStaysInside) {
    // CVE-2021-30465: one container swaps a folder of a shared volume for a link, while others are
    // started that mount something below it.
    const TempDir victim;
    output({"run", "--detach", "--name", "swapper", "-v", "v1:/v", "busybox", "sh", "-c",
            "mkdir -p /v/real; while :; do ln -sfn " + victim.path() +
                " /v/x; rm /v/x; mkdir -p /v/x; rmdir /v/x; done"});
    for (int i = 0; i < 10; ++i)
        (void)run_in({"-v", "v1:/v", "-v", "v2:/v/x/y"}, "echo 1 > /v/x/y/mark || true");
    EXPECT_TRUE(fs::is_empty(victim.path()));
}

TEST_F(HostileMounts, ASubpathIsAPartOfTheVolume) {
    make_volume_with_sub();
    EXPECT_EQ(out_of({"--mount", "src=v1,dst=/m,volume-subpath=sub"}, "cat /m/file; ls /m"),
              "below\ndeep\nfile");
    EXPECT_EQ(out_of({"--mount", "src=v1,dst=/m,volume-subpath=sub/file"}, "cat /m"), "below");
    EXPECT_EQ(out_of({"--mount", "src=v1,dst=/m,volume-subpath=sub,readonly"},
                     "touch /m/x 2> /dev/null || echo no"),
              "no");
    EXPECT_FALSE(fs::exists(daemon.exec_root() + "/volumes")) << "nothing is left mounted";
    EXPECT_THAT(run_in({"--mount", "src=v1,dst=/m,volume-subpath=nosuch"}, "true").err,
                HasSubstr("cannot access path nosuch"));
}

TEST_F(HostileMounts, ASubpathDoesNotLeaveItsVolume) {
    make_volume_with_sub();
    (void)out_of({"-v", "v1:/v"},
                 "ln -s / /v/root; ln -s ../../.. /v/up; ln -s /etc /v/etc; "
                 "ln -s sub /v/inner");
    for (const char* subpath : {"root", "root/etc", "up", "etc", "etc/passwd"}) {
        const Outcome refused = run_in(
            {"--mount", std::string{"src=v1,dst=/m,volume-subpath="} + subpath}, "ls /m; cat /m");
        EXPECT_NE(refused.status, 0) << subpath;
        EXPECT_EQ(refused.out, "") << subpath;
        EXPECT_THAT(refused.err, HasSubstr("leads out of the volume")) << subpath;
    }
    EXPECT_EQ(out_of({"--mount", "src=v1,dst=/m,volume-subpath=inner"}, "cat /m/file"), "below");
    EXPECT_THAT(run_in({"--mount", "src=v1,dst=/m,volume-subpath=../x"}, "true").err,
                HasSubstr("must be a relative path within the volume"));
}

TEST_F(HostileMounts, ACrashLeavesASubpathsVolumeWhole) {
    make_volume_with_sub();
    output({"run", "--detach", "--name", "box", "--mount", "src=v1,dst=/m,volume-subpath=sub",
            "busybox", "sleep", "1000"});
    daemon.kill();
    daemon.start();
    output({"rm", "--force", "box"});
    EXPECT_EQ(read_file(data("v1", "sub/file")), "below\n");
    EXPECT_FALSE(fs::exists(daemon.exec_root() + "/volumes"));
}

TEST_F(HostileMounts, ANameIsNoPath) {
    write(daemon.data_root() + "/keep", "kept");
    for (const char* name : {"..", "../..", "a/../..", ".", "%2e%2e", "../containers"}) {
        EXPECT_NE(docker({"volume", "create", name}).status, 0) << name;
        EXPECT_NE(docker({"volume", "rm", name}).status, 0) << name;
        EXPECT_NE(run_in({"--mount", std::string{"dst=/m,src="} + name}, "true").status, 0) << name;
    }
    EXPECT_TRUE(fs::exists(daemon.data_root() + "/keep"));
    EXPECT_TRUE(fs::exists(daemon.data_root() + "/containers"));
}

TEST_F(HostileMounts, AVolumeOfDeepFoldersCanBeRemoved) {
    (void)out_of({"-v", "v1:/v"},
                 "cd /v; i=0; while [ $i -lt 1500 ]; do mkdir d && cd d || exit 1; i=$((i+1)); "
                 "done");
    output({"volume", "rm", "v1"});
    EXPECT_FALSE(fs::exists(daemon.data_root() + "/volumes/v1"));
}

}  // namespace
}  // namespace minidock::test
