#include "chapters/00-what-is-a-container/image.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "chapters/00-what-is-a-container/initrd.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"
#include "tests/support/command.hpp"

namespace minidock::chapter00 {
namespace {

namespace fs = std::filesystem;

void make_file(const std::string& path, std::size_t bytes) {
    write_all(open_file(path, O_WRONLY | O_CREAT, 0644).get(), std::string(bytes, 'x'), path);
}

TEST(Image, IsAFolderWithBusyboxUnderAllItsNames) {
    const TempDir folder;
    make_image(folder.path());
    EXPECT_TRUE(fs::is_regular_file(folder / "bin/busybox"));
    EXPECT_EQ(fs::read_symlink(folder / "bin/sh"), "busybox");
    EXPECT_TRUE(fs::is_directory(folder / "proc"));
    EXPECT_EQ(test::run({folder / "bin/echo", "hello"}).out, "hello\n");
}

TEST(Image, MadeTwiceIsTheSame) {
    const TempDir folder;
    make_image(folder.path());
    const auto before = disk_usage(folder.path());
    make_image(folder.path());
    EXPECT_EQ(disk_usage(folder.path()), before);
}

TEST(DiskUsage, OfAFolderIsThatOfAllThatIsInIt) {
    const TempDir folder;
    const auto empty = disk_usage(folder.path());
    make_file(folder / "a", 100'000);
    fs::create_directory(folder / "deep");
    make_file(folder / "deep/b", 200'000);
    const auto full = disk_usage(folder.path());
    EXPECT_GE(full, empty + 300'000);
    EXPECT_LE(full, empty + 350'000);
    const std::string du = test::run({"du", "-s", "-B1", folder.path()}).out;
    EXPECT_EQ(std::to_string(full), du.substr(0, du.find('\t'))) << "du(1) counts the same";
}

TEST(DiskUsage, DoesNotFollowLinks) {
    const TempDir folder;
    fs::create_symlink("/usr", folder / "usr");
    fs::create_symlink("no/such/file", folder / "broken");
    EXPECT_LT(disk_usage(folder.path()), 100'000U);
}

TEST(DiskUsage, OfAFileIsItsBlocksNotItsLength) {
    const TempDir folder;
    const std::string sparse = folder / "sparse";
    make_file(sparse, 1);
    fs::resize_file(sparse, 100 << 20);
    EXPECT_LT(disk_usage(sparse), 100'000U);
    EXPECT_THROW(disk_usage(folder / "nothing"), SystemError);
}

TEST(Initrd, IsWhatCpioReads) {
    const TempDir folder;
    fs::create_directories(folder / "image/bin");
    make_file(folder / "image/bin/tool", 5);
    fs::create_symlink("tool", folder / "image/bin/link");
    const std::string archive = pack_initrd(folder / "image", "#!/bin/sh\n");
    const auto listed = test::run({"cpio", "-tv", "--quiet"}, archive);
    EXPECT_EQ(listed.status, 0) << listed.err;
    EXPECT_THAT(listed.out, testing::ContainsRegex("-rw-r--r--.* 5 .*bin/tool\n"));
    EXPECT_THAT(listed.out, testing::ContainsRegex("bin/link -> tool\n"));
    EXPECT_THAT(listed.out, testing::ContainsRegex("-rwxr-xr-x.* 10 .*init\n"));
    EXPECT_THAT(listed.out, testing::ContainsRegex("crw.* 5, +1 .*dev/console\n"));
}

}  // namespace
}  // namespace minidock::chapter00
