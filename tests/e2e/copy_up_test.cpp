// An empty volume begins with what the image has at its place; the local driver's options.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "tests/support/volume_daemon.hpp"

namespace minidock::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class CopyUp : public VolumeDaemon {};

TEST_F(CopyUp, FillsANewVolumeAndOnlyThat) {
    EXPECT_EQ(out_of({"-v", "v1:/etc"}, "grep -c root /etc/passwd; echo mine > /etc/own"), "1");
    EXPECT_EQ(out_of({"-v", "v1:/usr"}, "cat /usr/own"), "mine") << "it was not empty any more";
    EXPECT_EQ(out_of({"-v", "v2:/etc:nocopy"}, "ls /etc/passwd 2> /dev/null || echo none"), "none");
    EXPECT_EQ(out_of({"--mount", "src=v3,dst=/etc,volume-nocopy"},
                     "ls /etc/passwd 2> /dev/null || echo none"),
              "none");
    EXPECT_EQ(out_of({"-v", host.path() + ":/etc"}, "ls /etc/passwd 2> /dev/null || echo none"),
              "none")
        << "a bind mount is not filled";
}

TEST_F(CopyUp, KeepsOwnersModesTimesLinksAndAttributes) {
    make_image("files",
               "mkdir data && cd data && touch plain && ln plain second && ln -s /etc/passwd link "
               "&& mkfifo pipe && mkdir sub && cp ../bin/busybox suid && chown 12:34 . plain sub "
               "&& chmod 4711 suid && chmod 1750 . && touch -h -d @1000000000 link plain && "
               "setfattr -n user.note -v hello plain && cd ..");
    EXPECT_EQ(out_of({"-v", "v1:/data"}, "true", "files"), "");
    struct stat info {};
    ASSERT_EQ(::stat(data("v1").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 01750U);
    EXPECT_EQ(info.st_uid, 12u);
    ASSERT_EQ(::stat(data("v1", "plain").c_str(), &info), 0);
    EXPECT_EQ(info.st_gid, 34u);
    EXPECT_EQ(info.st_nlink, 2u);
    EXPECT_EQ(info.st_mtim.tv_sec, 1000000000);
    char note[16] = {};
    EXPECT_EQ(::getxattr(data("v1", "plain").c_str(), "user.note", note, sizeof note), 5);
    ASSERT_EQ(::stat(data("v1", "suid").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 04711U);
    EXPECT_EQ(fs::read_symlink(data("v1", "link")), "/etc/passwd");
    EXPECT_TRUE(fs::is_fifo(data("v1", "pipe")));
}

TEST_F(CopyUp, AnAnonymousVolumeIsFilledToo) {
    output({"create", "--name", "box", "-v", "/etc", "busybox", "true"});
    const std::string name = daemon.inspect("box", "{{(index .Mounts 0).Name}}");
    EXPECT_EQ(name.size(), 64u);
    EXPECT_TRUE(fs::exists(data(name, "passwd")));
    output({"rm", "--volumes", "box"});
    EXPECT_EQ(volumes(), "");
}

TEST_F(CopyUp, AnImagesVolumesAreAnonymousAndFilled) {
    if (docker({"import", "--change", "USER 1", "/dev/null"}).err.find("cannot apply changes") !=
        std::string::npos)
        GTEST_SKIP() << "this edition's import takes no --change";
    make_image("declares", "mkdir data && echo first > data/file", {"VOLUME /data"});
    output({"create", "--name", "box", "declares", "true"});
    const std::string name = daemon.inspect("box", "{{(index .Mounts 0).Name}}");
    EXPECT_EQ(name.size(), 64u);
    EXPECT_EQ(read_file(data(name, "file")), "first\n");
    output({"rm", "--volumes", "box"});
    EXPECT_EQ(volumes(), "");
    EXPECT_EQ(out_of({"-v", "mine:/data"}, "cat /data/file", "declares"), "first");
    EXPECT_EQ(volumes(), "mine") << "what the user mounts there takes the place of the image's";
}

TEST_F(CopyUp, ALinkInTheImageLeadsNowhereElse) {
    make_image("linked",
               "rm -rf data && ln -s ../../../../../../etc data && echo inside > etc/mark "
               "&& ln -s /proc/1/root/etc magic");
    EXPECT_EQ(out_of({"-v", "v1:/data"}, "cat /data/mark", "linked"), "inside");
    EXPECT_FALSE(fs::exists(data("v1", "fstab"))) << "the host's";
    EXPECT_EQ(read_file(data("v1", "mark")), "inside\n");
    // What is mounted lies in the container's own /etc: the host's is as it was.
    EXPECT_FALSE(fs::exists("/etc/mark"));
    (void)run_in({"-v", "v2:/magic"}, "true", "linked");
    EXPECT_TRUE(!fs::exists(data("v2")) || fs::is_empty(data("v2")));
}

class LocalDriver : public VolumeDaemon {};

TEST_F(LocalDriver, ATmpfsIsSharedWhileSomebodyUsesIt) {
    output({"volume", "create", "--opt", "type=tmpfs", "--opt", "device=tmpfs", "--opt",
            "o=size=2m,uid=1000,mode=700", "fast"});
    output({"run", "--detach", "--name", "one", "-v", "fast:/f", "busybox", "sleep", "1000"});
    EXPECT_EQ(out_of({"-v", "fast:/f"}, "stat -c '%u %a' /f; df -m /f | awk 'END{print $2}'"),
              "1000 700\n2");
    EXPECT_EQ(out_of({"-v", "fast:/f"}, "echo 1 > /f/x"), "");
    EXPECT_EQ(out_of({"-v", "fast:/f"}, "cat /f/x"), "1") << "container one keeps it";
    EXPECT_THAT(read_file("/proc/self/mountinfo"), HasSubstr("/volumes/fast/_data "));
    daemon.kill();
    daemon.start();
    EXPECT_EQ(out_of({"-v", "fast:/f"}, "cat /f/x"), "1");
    output({"rm", "--force", "one"});
    EXPECT_THAT(read_file("/proc/self/mountinfo"), Not(HasSubstr("/volumes/fast/_data ")));
    output({"volume", "rm", "fast"});
}

TEST_F(LocalDriver, AFolderOfTheHostsHasAName) {
    write(host / "file", "of the host\n");
    output({"volume", "create", "--opt", "type=none", "--opt", "device=" + host.path(), "--opt",
            "o=bind,ro", "srv"});
    EXPECT_EQ(out_of({"-v", "srv:/s"}, "cat /s/file; touch /s/x 2> /dev/null || echo no"),
              "of the host\nno");
    output({"volume", "rm", "srv"});
    EXPECT_EQ(read_file(host / "file"), "of the host\n") << "removing the volume leaves it alone";
}

TEST_F(LocalDriver, WhatCannotBeMountedIsSaidAtTheStart) {
    output({"volume", "create", "--opt", "type=nosuchfs", "--opt", "device=x", "odd"});
    const Outcome odd = run_in({"-v", "odd:/o:nocopy"}, "true");
    EXPECT_NE(odd.status, 0);
    EXPECT_THAT(odd.err, HasSubstr("this kernel has no file system \"nosuchfs\""));
    output({"volume", "create", "--opt", "type=none", "--opt", "device=/no/such", "--opt", "o=bind",
            "gone"});
    EXPECT_THAT(run_in({"-v", "gone:/o"}, "true").err, HasSubstr("the device is not there"));
    EXPECT_THAT(docker({"volume", "create", "--opt", "foo=bar", "v1"}).err,
                HasSubstr("invalid option: \"foo\""));
}

TEST_F(LocalDriver, OptionsMayComeWithTheMount) {
    EXPECT_EQ(out_of({"--mount",
                      "src=quick,dst=/q,volume-opt=type=tmpfs,volume-opt=device=tmpfs,"
                      "\"volume-opt=o=size=1m,mode=711\",volume-label=a=b"},
                     "stat -c %a /q; df -m /q | awk 'END{print $2}'"),
              "711\n1");
    EXPECT_EQ(output({"volume", "inspect", "--format", "{{.Labels.a}} {{.Options.type}}", "quick"}),
              "b tmpfs");
}

}  // namespace
}  // namespace minidock::test
