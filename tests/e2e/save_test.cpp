// Images out into archives, by both clients, and read by others.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "minidock/base/fd.hpp"
#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;

class Save : public testing::Test {
  protected:
    std::string output(std::vector<std::string> words) {
        return daemon.docker_output(std::move(words));
    }
    std::string id(const std::string& name) {
        return output({"image", "inspect", "--format", "{{.Id}}", name});
    }
    static bool has_program(const std::string& name) {
        return run({"sh", "-c", "command -v " + name}).status == 0;
    }

    TempDir folder;
    const std::string archive = folder / "saved.tar";
    TestDaemon daemon;
};

TEST_F(Save, MakesAnArchiveThatLoadsAsTheSameImage) {
    const std::string before = id("busybox");
    output({"save", "--output", archive, "busybox"});
    output({"rmi", "busybox"});
    EXPECT_EQ(output({"load", "--input", archive}), "Loaded image: busybox:latest");
    EXPECT_EQ(id("busybox"), before);
    EXPECT_EQ(output({"run", "--rm", "--network", "none", "busybox", "echo", "hi"}), "hi");
}

TEST_F(Save, PutsSeveralImagesIntoOneArchive) {
    output({"tag", "busybox", "one:1"});
    output({"tag", "busybox", "one:2"});
    write_all(open_file(folder / "rootfs.tar", O_WRONLY | O_CREAT, 0644).get(),
              run({"tar", "-C", "/etc", "-c", "hostname"}).out, "rootfs.tar");
    output({"import", folder / "rootfs.tar", "two:1"});
    const Outcome save = daemon.minidock({"save", "-o", archive, "one", "two:1"});
    ASSERT_EQ(save.status, 0) << save.err;
    output({"rmi", "one:1", "one:2", "two:1", "busybox"});
    EXPECT_EQ(output({"load", "--input", archive}),
              "Loaded image: one:1\nLoaded image: one:2\nLoaded image: two:1");
}

TEST_F(Save, OfAnIdHasNoName) {
    output({"save", "--output", archive, id("busybox")});
    const std::string same = id("busybox");
    output({"rmi", "busybox"});
    EXPECT_EQ(output({"load", "--input", archive}), "Loaded image ID: " + same);
}

TEST_F(Save, OfTheSameIsTheSameByteForByte) {
    output({"save", "--output", archive, "busybox"});
    output({"save", "--output", folder / "again.tar", "busybox"});
    EXPECT_EQ(read_file(archive), read_file(folder / "again.tar"));
}

TEST_F(Save, OfWhatIsNotHereMakesNoFile) {
    const Outcome save = daemon.docker({"save", "--output", archive, "busybox", "nosuch"});
    EXPECT_EQ(save.status, 1);
    EXPECT_THAT(save.err, HasSubstr("No such image: nosuch:latest"));
    const Outcome own = daemon.minidock({"save", "--output", archive, "nosuch"});
    EXPECT_EQ(own.status, 1);
    EXPECT_THAT(own.err, HasSubstr("No such image: nosuch:latest"));
}

TEST_F(Save, MakesWhatSkopeoAndPodmanLoad) {
    if (!has_program("skopeo")) GTEST_SKIP() << "skopeo is not installed";
    output({"save", "--output", archive, "busybox"});
    for (const std::string form : {"docker-archive:", "oci-archive:"}) {
        const Outcome copy = run({"skopeo", "--insecure-policy", "copy", form + archive,
                                  "dir:" + (folder / form.substr(0, 3))});
        EXPECT_EQ(copy.status, 0) << form << copy.err;
    }
    if (!has_program("podman")) GTEST_SKIP() << "podman is not installed";
    const Outcome load = run({"podman", "--root", folder / "podman", "--runroot", folder / "run",
                              "--storage-driver", "vfs", "load", "--input", archive});
    EXPECT_THAT(load.out, HasSubstr("busybox:latest")) << load.err;
}

}  // namespace
}  // namespace minidock::test
