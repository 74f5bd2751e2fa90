// An empty volume is filled from the image, at once and with all that belongs to a file.
#include "minidock/volumes/copy_up.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "minidock/base/temp_dir.hpp"

namespace minidock::volumes {
namespace {

namespace fs = std::filesystem;

class CopyUpOfFiles : public testing::Test {
  protected:
    CopyUpOfFiles() {
        fs::create_directories(image + "/data/sub");
        fs::create_directories(volume + "/_data");
        write(image + "/data/file", "from the image");
        write(image + "/data/sub/inner", "deeper");
    }
    static void write(const std::string& path, const std::string& text) {
        std::ofstream{path} << text;
    }
    void copy(bool alone = true) const {
        const Fd root = rootfs::open_root(image);
        const Fd content = find_folder_in_root(root, {"/data"});
        copy_up(content, volume, alone);
    }
    [[nodiscard]] std::string in_volume(const std::string& name) const {
        return read_file(volume + "/_data/" + name);
    }
    [[nodiscard]] struct stat status(const std::string& name) const {
        struct stat info {};
        EXPECT_EQ(::lstat((volume + "/_data/" + name).c_str(), &info), 0) << name;
        return info;
    }

    TempDir scratch;
    std::string image = scratch / "image";
    std::string volume = scratch / "volume";
};

TEST_F(CopyUpOfFiles, FillsAnEmptyVolume) {
    copy();
    EXPECT_EQ(in_volume("file"), "from the image");
    EXPECT_EQ(in_volume("sub/inner"), "deeper");
    EXPECT_FALSE(fs::exists(volume + "/_copy"));
}

TEST_F(CopyUpOfFiles, LeavesAVolumeWithContentAlone) {
    write(volume + "/_data/own", "mine");
    copy();
    EXPECT_FALSE(fs::exists(volume + "/_data/file"));
    EXPECT_EQ(in_volume("own"), "mine");
}

TEST_F(CopyUpOfFiles, WhatAnEarlierTryLeftIsNotMixedIn) {
    fs::create_directories(volume + "/_copy/half");
    copy();
    EXPECT_EQ(in_volume("file"), "from the image");
    EXPECT_FALSE(fs::exists(volume + "/_data/half"));
}

TEST_F(CopyUpOfFiles, WhoHasTheFolderOpenKeepsItUnlessHeIsAlone) {
    const Fd open = open_file(volume + "/_data", O_RDONLY | O_DIRECTORY);
    copy(false);
    EXPECT_EQ(::faccessat(open.get(), "file", F_OK, 0), 0) << "filled in its place";
}

TEST_F(CopyUpOfFiles, AFailureLeavesItEmpty) {
    // A name that is taken: the rename that ends the copy finds a folder that is not empty.
    const Fd root = rootfs::open_root(image);
    const Fd content = find_folder_in_root(root, {"/data"});
    fs::remove(volume + "/_data");
    write(volume + "/_data", "");
    EXPECT_ANY_THROW(copy_up(content, volume, true));
    EXPECT_TRUE(fs::is_regular_file(volume + "/_data"));
}

TEST_F(CopyUpOfFiles, KeepsAllThatBelongsToAFile) {
    const std::string file = image + "/data/file";
    fs::create_hard_link(file, image + "/data/sub/second");
    fs::create_symlink("/etc/passwd", image + "/data/link");
    ASSERT_EQ(::mkfifo((image + "/data/pipe").c_str(), 0640), 0);
    ASSERT_EQ(::chown(file.c_str(), 12, 34), 0);
    ASSERT_EQ(::chmod(file.c_str(), 04751), 0);
    ASSERT_EQ(::setxattr(file.c_str(), "trusted.note", "hello", 5, 0), 0);
    const timespec times[2] = {{.tv_sec = 1'000'000'000}, {.tv_sec = 1'000'000'000}};
    ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
    ASSERT_EQ(::chmod((image + "/data").c_str(), 01770), 0);
    copy();
    EXPECT_EQ(status("file").st_mode & 07777U, 04751U);
    EXPECT_EQ(status("file").st_uid, 12u);
    EXPECT_EQ(status("file").st_gid, 34u);
    EXPECT_EQ(status("file").st_mtim.tv_sec, 1'000'000'000);
    EXPECT_EQ(status("file").st_ino, status("sub/second").st_ino);
    EXPECT_EQ(fs::read_symlink(volume + "/_data/link"), "/etc/passwd");
    EXPECT_TRUE(S_ISFIFO(status("pipe").st_mode));
    EXPECT_EQ(status("").st_mode & 07777U, 01770U) << "the folder's own";
    char note[8] = {};
    EXPECT_EQ(::getxattr((volume + "/_data/file").c_str(), "trusted.note", note, sizeof note), 5);
}

TEST_F(CopyUpOfFiles, ALinkInTheImageLeadsNowhereElse) {
    fs::create_directories(image + "/etc");
    write(image + "/etc/mark", "inside");
    fs::remove_all(image + "/data");
    fs::create_symlink("../../../../../../../etc", image + "/data");
    copy();
    EXPECT_EQ(in_volume("mark"), "inside");
    EXPECT_FALSE(fs::exists(volume + "/_data/passwd"));
}

TEST_F(CopyUpOfFiles, AFileAtThePlaceIsNoFolder) {
    const Fd root = rootfs::open_root(image);
    EXPECT_FALSE(find_folder_in_root(root, {"/data/file"}));
    EXPECT_FALSE(find_folder_in_root(root, {"/nothing"}));
}

}  // namespace
}  // namespace minidock::volumes
