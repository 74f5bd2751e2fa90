// The chapter's program.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "own_mounts.hpp"
#include "tests/support/command.hpp"

namespace minidock {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

/// A layer with BusyBox in it, and one above it.
class Chapter03 : public test::OwnMounts {
  protected:
    void SetUp() override {
        OwnMounts::SetUp();
        if (HasFatalFailure()) return;
        const std::string busybox = test::run({"sh", "-c", "command -v busybox"}).out;
        ASSERT_NE(busybox, "") << "the package busybox-static is missing";
        folder("base/bin");
        fs::copy_file(busybox.substr(0, busybox.find('\n')), at("base/bin/busybox"));
        fs::create_symlink("busybox", at("base/bin/sh"));
        file("base/etc/motd", "from base");
        file("app/etc/motd", "from app");
    }

    test::Outcome run(std::vector<std::string> options, const std::string& script) const {
        std::vector<std::string> arguments{
            test::program("chapter03"), "run", "--layer", at("base"), "--layer", at("app")};
        arguments.insert(arguments.end(), options.begin(), options.end());
        arguments.insert(arguments.end(), {"/bin/sh", "-c", "PATH=/bin; " + script});
        return test::run(arguments);
    }
};

TEST_F(Chapter03, TheCommandSeesTheLayersAndNothingElse) {
    const test::Outcome outcome = run({}, "busybox cat /etc/motd; busybox ls /");
    EXPECT_EQ(outcome.out, "from appbin\ndev\netc\nproc\nsys\n") << outcome.err;
    EXPECT_EQ(outcome.status, 0);
}

TEST_F(Chapter03, WhatItWritesIsThrownAway) {
    EXPECT_EQ(run({}, "echo new > /etc/motd && busybox rm -r /bin").status, 0);
    EXPECT_EQ(read_file(at("app/etc/motd")), "from app");
    EXPECT_EQ(test::list(at("base/bin")), "busybox sh");
}

/// The folder that the program made for its own work, as --explain shows it.
std::string own_folder(const std::string& told) {
    const std::size_t start = told.find("/tmp/chapter03-");
    if (start == std::string::npos) return "";
    return told.substr(start, told.find_first_of("/\"", start + std::strlen("/tmp/")) - start);
}

TEST_F(Chapter03, NothingIsLeftMountedAndNoFolderBehind) {
    const auto before = test::mounts_below("/");
    const test::Outcome outcome = run({"--explain"}, "exit 3");
    EXPECT_EQ(outcome.status, 3);
    EXPECT_NE(run({"-v", "/no/such:/x"}, "true").status, 0);
    EXPECT_EQ(test::mounts_below("/"), before);
    const std::string folder = own_folder(outcome.err);
    ASSERT_NE(folder, "") << outcome.err;
    EXPECT_FALSE(fs::exists(folder)) << folder;
}

TEST_F(Chapter03, WhatIsKeptCanBeReadAsADifference) {
    folder("keep");
    ASSERT_EQ(run({"--keep", at("keep")}, "echo x > /new; busybox rm /etc/motd").status, 0);
    const test::Outcome diff =
        test::run({test::program("chapter03"), "diff", at("base"), at("app"), at("keep/upper")});
    EXPECT_THAT(diff.out, HasSubstr("A /new\n"));
    EXPECT_THAT(diff.out, HasSubstr("C /etc\nD /etc/motd\n"));
}

TEST_F(Chapter03, AReadOnlyRootLeavesTmpfsAndVolumesToWrite) {
    folder("volume");
    const test::Outcome outcome =
        run({"--read-only", "--tmpfs", "/tmp", "-v", at("volume") + ":/data"},
            "echo x > /new; echo x > /tmp/new && echo x > /data/new && echo written");
    EXPECT_EQ(outcome.out, "written\n");
    EXPECT_THAT(outcome.err, HasSubstr("/new: Read-only file system"));
    EXPECT_EQ(test::list(at("volume")), "new");
}

TEST_F(Chapter03, AReadOnlyVolumeIsReadOnly) {
    folder("volume");
    const test::Outcome outcome = run({"-v", at("volume") + ":/data:ro"}, "echo x > /data/new");
    EXPECT_THAT(outcome.err, HasSubstr("/data/new: Read-only file system"));
}

TEST_F(Chapter03, InAUserNamespaceDevicesAreTheHosts) {
    const test::Outcome outcome = run({"--user-map", "0:100000:65536"},
                                      "echo x > /dev/null && busybox id -u && echo x > /new");
    EXPECT_EQ(outcome.out, "0\n") << outcome.err;
    EXPECT_EQ(outcome.status, 0);
}

TEST_F(Chapter03, ExplainShowsEachStepWithItsChapter) {
    const test::Outcome outcome = run({"--explain"}, "true");
    for (const char* call : {"mount(\"overlay\"", "pivot_root(\".\", \".\")", "umount2(\".\""})
        EXPECT_THAT(outcome.err, HasSubstr(call));
    EXPECT_THAT(outcome.err, HasSubstr("chapter 03:"));
}

TEST_F(Chapter03, WhatCannotBeIsSaidInOneLine) {
    const std::string program = test::program("chapter03");
    const test::Outcome missing = test::run({program, "run", "--layer", at("nope"), "true"});
    EXPECT_EQ(missing.err, "chapter03: there is no folder " + at("nope") + "\n");
    EXPECT_EQ(missing.status, 125);
    const test::Outcome rootless = test::run({program, "run", "--read-only", "true"});
    EXPECT_EQ(rootless.status, 125);
    EXPECT_THAT(rootless.err, HasSubstr("give it a --layer"));
    const test::Outcome unknown = test::run({program, "run", "--layer", at("base"), "no-such"});
    EXPECT_EQ(unknown.status, 127);
}

TEST_F(Chapter03, WithoutALayerItIsTheProgramOfTheChapterBefore) {
    const std::string program = test::program("chapter03");
    EXPECT_EQ(test::run({program, "run", "--hostname", "box", "uname", "-n"}).out, "box\n");
}

}  // namespace
}  // namespace minidock
