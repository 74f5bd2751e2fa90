// The options of -v and --mount, each by what a container finds.
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "tests/support/volume_daemon.hpp"

namespace minidock::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

/// A tmpfs on a folder of the host's, for as long as the test runs.
class HostMount {
  public:
    HostMount(std::string path, unsigned long propagation) : path_{std::move(path)} {
        fs::create_directories(path_);
        EXPECT_EQ(::mount("tmpfs", path_.c_str(), "tmpfs", 0, nullptr), 0);
        EXPECT_EQ(::mount(nullptr, path_.c_str(), nullptr, propagation, nullptr), 0);
    }
    ~HostMount() { ::umount2(path_.c_str(), MNT_DETACH); }
    HostMount(const HostMount&) = delete;
    HostMount& operator=(const HostMount&) = delete;

  private:
    std::string path_;
};

class MountOptions : public VolumeDaemon {};

constexpr const char* try_to_write = "touch /m/x 2> /dev/null && echo yes || echo no";

TEST_F(MountOptions, ReadOnlyInEachSpelling) {
    const std::string path = host.path();
    EXPECT_EQ(out_of({"-v", path + ":/m"}, try_to_write), "yes");
    EXPECT_EQ(out_of({"-v", path + ":/m:ro"}, try_to_write), "no");
    EXPECT_EQ(out_of({"-v", path + ":/m:ro,z"}, try_to_write), "no");
    EXPECT_EQ(out_of({"-v", "v1:/m:ro"}, try_to_write), "no");
    EXPECT_EQ(out_of({"--mount", "type=bind,src=" + path + ",dst=/m,ro"}, try_to_write), "no");
    EXPECT_EQ(out_of({"--mount", "src=v1,dst=/m,readonly"}, try_to_write), "no");
    EXPECT_EQ(out_of({"--mount", "type=tmpfs,dst=/m,readonly"}, try_to_write), "no");
}

TEST_F(MountOptions, ReadOnlyReachesTheMountsBelowUnlessToldNotTo) {
    const HostMount below{host / "sub", MS_PRIVATE};
    const auto may_write_below = [&](const std::string& more) {
        return out_of({"--mount", "type=bind,src=" + host.path() + ",dst=/m,ro" + more},
                      "touch /m/sub/x 2> /dev/null && echo yes || echo no");
    };
    EXPECT_EQ(may_write_below(""), "no");
    EXPECT_EQ(may_write_below(",bind-recursive=readonly,bind-propagation=rprivate"), "no");
    EXPECT_EQ(may_write_below(",bind-recursive=writable"), "yes");
}

TEST_F(MountOptions, NonRecursiveLeavesTheMountsBelowOut) {
    write(host / "sub/under", "");
    const HostMount below{host / "sub", MS_PRIVATE};
    write(host / "sub/above", "");
    const std::string bind = "type=bind,dst=/m,src=" + host.path();
    EXPECT_EQ(out_of({"--mount", bind}, "ls /m/sub"), "above");
    EXPECT_EQ(out_of({"--mount", bind + ",bind-recursive=disabled"}, "ls /m/sub"), "under");
}

TEST_F(MountOptions, ASlaveSeesWhatTheHostMountsLater) {
    const HostMount shared{host / "s", MS_SHARED};
    output({"run", "--detach", "--name", "box", "-v", host.path() + "/s:/m:rslave", "busybox",
            "sleep", "1000"});
    output({"run", "--detach", "--name", "private", "-v", host.path() + "/s:/m", "busybox", "sleep",
            "1000"});
    fs::create_directories(host / "s/later");
    const HostMount later{host / "s/later", MS_SHARED};
    const auto mounts_of = [&](const std::string& name) {
        return read_file("/proc/" + daemon.inspect(name, "{{.State.Pid}}") + "/mountinfo");
    };
    EXPECT_THAT(mounts_of("box"), HasSubstr(" /m/later "));
    EXPECT_THAT(mounts_of("private"), Not(HasSubstr(" /m/later ")));
}

TEST_F(MountOptions, ASharedMountHandsMountsToTheHost) {
    const HostMount shared{host / "s", MS_SHARED};
    EXPECT_EQ(out_of({"--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined", "-v",
                      host.path() + "/s:/m:rshared"},
                     "mkdir /m/x && mount -t tmpfs inside /m/x && echo 1 > /m/x/file"),
              "");
    EXPECT_EQ(read_file(host / "s/x/file"), "1\n");
    EXPECT_EQ(::umount2((host / "s/x").c_str(), MNT_DETACH), 0);
}

TEST_F(MountOptions, PropagationNeedsASharedMount) {
    const HostMount own{host / "p", MS_PRIVATE};
    const Outcome refused = run_in({"-v", host.path() + "/p:/m:rshared"}, "true");
    EXPECT_EQ(refused.status, 125);
    EXPECT_THAT(refused.err, HasSubstr("is not a shared mount"));
}

TEST_F(MountOptions, TmpfsHasItsSizeAndMode) {
    EXPECT_EQ(out_of({"--mount", "type=tmpfs,dst=/m,tmpfs-size=3m,tmpfs-mode=1750"},
                     "stat -c %a /m; df -m /m | awk 'END{print $2}'; mount | grep ' /m '"),
              out_of({"--mount", "type=tmpfs,dst=/m,tmpfs-size=3m,tmpfs-mode=1750"},
                     "echo 1750; echo 3; mount | grep ' /m '"));
    EXPECT_THAT(out_of({"--tmpfs", "/m"}, "mount | grep ' /m '"), HasSubstr("nosuid,nodev,noexec"));
}

TEST_F(MountOptions, AMissingSourceIsMadeForVAndRefusedForMount) {
    const std::string missing = host / "not/there";
    const Outcome refused = run_in({"--mount", "type=bind,src=" + missing + ",dst=/m"}, "true");
    EXPECT_EQ(refused.status, 125);
    EXPECT_THAT(refused.err, HasSubstr("bind source path does not exist: " + missing));
    EXPECT_EQ(out_of({"-v", missing + ":/m"}, "touch /m/x"), "");
    EXPECT_TRUE(fs::exists(missing + "/x"));
}

TEST_F(MountOptions, AFileCanBeBoundAndAPathMayHaveColonsAndSpaces) {
    write(host / "a:b c/file", "text\n");
    EXPECT_EQ(out_of({"--mount", "type=bind,src=" + host.path() + "/a:b c,dst=/m"}, "cat /m/file"),
              "text");
    EXPECT_EQ(out_of({"--mount", "type=bind,src=" + host.path() + "/a:b c/file,dst=/etc/motd"},
                     "cat /etc/motd"),
              "text");
}

TEST_F(MountOptions, ADefaultMountMayBeReplaced) {
    write(host / "hosts", "192.0.2.1 mine\n");
    EXPECT_EQ(out_of({"-v", host.path() + "/hosts:/etc/hosts"}, "cat /etc/hosts"),
              "192.0.2.1 mine");
    EXPECT_EQ(out_of({"-v", "v1:/dev/shm"}, "touch /dev/shm/x"), "");
    EXPECT_TRUE(fs::exists(data("v1", "x")));
}

TEST_F(MountOptions, ParentsAreMountedBeforeWhatLiesBelow) {
    EXPECT_EQ(
        out_of({"-v", "v2:/a/b", "-v", "v1:/a", "--tmpfs", "/a/t"}, "touch /a/b/x /a/y /a/t/z"),
        "");
    EXPECT_TRUE(fs::exists(data("v2", "x")));
    EXPECT_TRUE(fs::exists(data("v1", "y")));
    EXPECT_FALSE(fs::exists(data("v1", "t/z")));
}

TEST_F(MountOptions, TheSamePlaceTwiceIsRefused) {
    for (const auto& second :
         {std::vector<std::string>{"-v", "v2:/m/"}, std::vector<std::string>{"--tmpfs", "/m"},
          std::vector<std::string>{"--mount", "type=tmpfs,dst=/m"}}) {
        std::vector<std::string> options{"-v", "v1:/m"};
        options.insert(options.end(), second.begin(), second.end());
        EXPECT_THAT(run_in(options, "true").err, HasSubstr("Duplicate mount point: /m"));
    }
}

}  // namespace
}  // namespace minidock::test
