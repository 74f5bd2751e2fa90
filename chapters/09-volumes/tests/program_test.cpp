// The chapter's program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"
#include "tests/support/command.hpp"

namespace minidock {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Chapter09 : public testing::Test {
  protected:
    void SetUp() override {
        const std::string busybox = test::run({"sh", "-c", "command -v busybox"}).out;
        ASSERT_NE(busybox, "") << "the package busybox-static is missing";
        fs::create_directories(layer + "/bin");
        fs::copy_file(busybox.substr(0, busybox.find('\n')), layer + "/bin/busybox");
        for (const char* name : {"sh", "cat", "ls", "touch"})
            fs::create_symlink("busybox", layer + "/bin/" + name);
        fs::create_directories(layer + "/data");
        std::ofstream{layer + "/data/first"} << "from the image\n";
    }

    test::Outcome program(std::vector<std::string> words) const {
        words.insert(words.begin(), {test::program("chapter09"), "--store", store});
        return test::run(std::move(words));
    }
    test::Outcome run(std::vector<std::string> options, const std::string& script) const {
        std::vector<std::string> words{"run", "--layer", layer};
        words.insert(words.end(), options.begin(), options.end());
        words.insert(words.end(), {"/bin/sh", "-c", "PATH=/bin; " + script});
        return program(std::move(words));
    }

    TempDir scratch;
    std::string layer = scratch / "layer";
    std::string store = scratch / "store";
};

TEST_F(Chapter09, AVolumeOutlivesTheCommand) {
    EXPECT_EQ(run({"-v", "notes:/n"}, "echo kept > /n/file").status, 0);
    EXPECT_EQ(run({"-v", "notes:/elsewhere"}, "cat /elsewhere/file").out, "kept\n");
    EXPECT_EQ(program({"volume", "ls"}).out, "notes                5 bytes, used by 0\n");
}

TEST_F(Chapter09, ANewVolumeBeginsWithTheImagesContent) {
    EXPECT_EQ(run({"-v", "data:/data"}, "cat /data/first; echo mine > /data/first").out,
              "from the image\n");
    EXPECT_EQ(run({"-v", "data:/data"}, "cat /data/first").out, "mine\n");
    EXPECT_EQ(run({"-v", "other:/data:nocopy"}, "ls /data").out, "");
}

TEST_F(Chapter09, WhileItRunsTheVolumeIsInUse) {
    const test::Outcome inside = test::run(
        {"sh", "-c",
         test::program("chapter09") + " --store " + store + " run --layer " + layer +
             " -v notes:/n /bin/busybox sleep 2 & sleep 0.7; " + test::program("chapter09") +
             " --store " + store + " volume rm notes; echo $?; wait"});
    EXPECT_THAT(inside.err, HasSubstr("remove notes: volume is in use"));
    EXPECT_EQ(inside.out, "125\n");
    EXPECT_EQ(program({"volume", "rm", "notes"}).status, 0);
}

TEST_F(Chapter09, AnonymousVolumesGoWithTheCommand) {
    EXPECT_EQ(run({"-v", "/scratch"}, "touch /scratch/x && ls /scratch").out, "x\n");
    EXPECT_EQ(program({"volume", "ls"}).out, "");
}

TEST_F(Chapter09, ReadOnlyIsReadOnly) {
    EXPECT_THAT(run({"-v", "notes:/n:ro"}, "touch /n/x").err, HasSubstr("Read-only file system"));
}

TEST_F(Chapter09, WhatCannotBeIsSaidInOneLine) {
    EXPECT_THAT(run({"-v", "a/b:/x"}, "true").err, HasSubstr("use absolute path"));
    EXPECT_THAT(run({"-v", "notes:/x:wrong"}, "true").err, HasSubstr("invalid mode: wrong"));
    EXPECT_THAT(program({"run", "-v", "notes:/x", "true"}).err, HasSubstr("give it a --layer"));
    EXPECT_EQ(program({"volume", "rm", "nosuch"}).status, 125);
}

}  // namespace
}  // namespace minidock
