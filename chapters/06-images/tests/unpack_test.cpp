// What is in a layer's tar is in its folder, in the form that overlayfs stacks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "chapters/06-images/tests/unpacked.hpp"

namespace minidock::test {
namespace {

std::string link_target(const std::string& path) {
    std::array<char, 4096> target{};
    const ssize_t n = ::readlink(path.c_str(), target.data(), target.size());
    return n < 0 ? "not a link" : std::string{target.data(), static_cast<std::size_t>(n)};
}

TEST(Unpack, KeepsContentModeOwnerAndTimes) {
    const Unpacked tree{TarBuilder{}
                            .folder("bin")
                            .add({.name = "bin/su",
                                  .content = "program",
                                  .mode = 04755,
                                  .uid = 1234,
                                  .gid = 4321,
                                  .mtime = 1'111'111'111})
                            .str()};
    EXPECT_EQ(tree.content("bin/su"), "program");
    const auto status = tree.status("bin/su");
    EXPECT_EQ(status->st_mode & 07777U, 04755U) << "set-user-ID must outlive the change of owner";
    EXPECT_EQ(status->st_uid, 1234U);
    EXPECT_EQ(status->st_gid, 4321U);
    EXPECT_EQ(status->st_mtim.tv_sec, 1'111'111'111);
    EXPECT_EQ(tree.size(), 7U);
}

TEST(Unpack, KeepsNanosecondsAndTimesOfFolders) {
    const Unpacked tree{
        TarBuilder{}
            .add({.name = "d", .type = '5', .mode = 0750, .pax = {{"mtime", "1000000001.5"}}})
            .file("d/late", "made after the folder")};
    EXPECT_EQ(tree.status("d")->st_mtim.tv_sec, 1'000'000'001);
    EXPECT_EQ(tree.status("d")->st_mtim.tv_nsec, 500'000'000);
    EXPECT_EQ(tree.status("d")->st_mode & 07777U, 0750U);
}

TEST(Unpack, SetsTheRootsOwnMode) {
    const Unpacked tree{TarBuilder{}.folder("./", 01711).file("./a", "x")};
    EXPECT_EQ(tree.status("")->st_mode & 07777U, 01711U);
    EXPECT_EQ(tree.status("")->st_mtim.tv_sec, 1'000'000'000);
}

TEST(Unpack, MakesLinksOfBothKinds) {
    const Unpacked tree{TarBuilder{}
                            .file("file", "content")
                            .hard_link("second", "file")
                            .symlink("absolute", "/etc/passwd")
                            .symlink("dangling", "../../nowhere")
                            .hard_link("hard-to-symlink", "dangling")};
    EXPECT_EQ(tree.status("second")->st_ino, tree.status("file")->st_ino);
    EXPECT_EQ(link_target(tree.path("absolute")), "/etc/passwd");
    EXPECT_EQ(link_target(tree.path("dangling")), "../../nowhere");
    EXPECT_EQ(tree.status("hard-to-symlink")->st_ino, tree.status("dangling")->st_ino);
    EXPECT_EQ(tree.status("dangling")->st_mtim.tv_sec, 1'000'000'000);
}

TEST(Unpack, MakesDevicesAndPipes) {
    const Unpacked tree{
        TarBuilder{}
            .add({.name = "null", .type = '3', .mode = 0666, .major = 1, .minor = 3})
            .add({.name = "disk", .type = '4', .mode = 0660, .gid = 6, .major = 7, .minor = 0})
            .add({.name = "pipe", .type = '6', .mode = 0600})};
    EXPECT_TRUE(S_ISCHR(tree.status("null")->st_mode));
    EXPECT_EQ(tree.status("null")->st_rdev, makedev(1, 3));
    EXPECT_EQ(tree.status("null")->st_mode & 07777U, 0666U);
    EXPECT_TRUE(S_ISBLK(tree.status("disk")->st_mode));
    EXPECT_EQ(tree.status("disk")->st_gid, 6U);
    EXPECT_TRUE(S_ISFIFO(tree.status("pipe")->st_mode));
}

TEST(Unpack, KeepsAttributesAndCapabilities) {
    // cap_net_raw+ep, as setcap(8) writes it: see capability.h, struct vfs_cap_data.
    const std::string capability{"\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20};
    const Unpacked tree{TarBuilder{}.add({.name = "ping",
                                          .content = "program",
                                          .uid = 5,
                                          .pax = {{"SCHILY.xattr.security.capability", capability},
                                                  {"SCHILY.xattr.user.note", "kept"}}})};
    EXPECT_EQ(tree.attribute("ping", "security.capability"), capability);
    EXPECT_EQ(tree.attribute("ping", "user.note"), "kept");
}

TEST(Unpack, KeepsAttributesOfFoldersAndLinks) {
    const Unpacked tree{
        TarBuilder{}
            .add({.name = "d", .type = '5', .mode = 0755, .pax = {{"SCHILY.xattr.trusted.a", "1"}}})
            .add(
                {.name = "l", .type = '2', .link = "d", .pax = {{"SCHILY.xattr.trusted.b", "2"}}})};
    EXPECT_EQ(tree.attribute("d", "trusted.a"), "1");
    EXPECT_EQ(tree.attribute("l", "trusted.b"), "2");
}

TEST(Unpack, KeepsNamesByteByByte) {
    const std::string composed = "caf\xc3\xa9";
    const std::string decomposed = "cafe\xcc\x81";
    const std::string latin = "caf\xe9";
    const std::string newline = "two\nlines";
    const std::string deep = std::string(90, 'd') + "/" + std::string(200, 'f');
    TarBuilder tar;
    for (const std::string& name : {latin, newline, deep})
        tar.file(name, name);
    for (const std::string& name : {composed, decomposed}) {
        tar.add({.name = "in-pax", .content = name, .pax = {{"path", name}}});
    }
    const Unpacked tree{tar};
    for (const std::string& name : {composed, decomposed, latin, newline, deep}) {
        ASSERT_TRUE(tree.has(name)) << name;
        EXPECT_EQ(tree.content(name), name);
    }
}

TEST(Unpack, MakesFoldersThatTheArchiveLeavesOut) {
    const Unpacked tree{TarBuilder{}.file("a/b/c/file", "x").file("a/b/other", "y")};
    EXPECT_EQ(tree.content("a/b/c/file"), "x");
    EXPECT_EQ(tree.content("a/b/other"), "y");
    EXPECT_EQ(tree.status("a/b")->st_mode & 07777U, 0755U);
}

TEST(Unpack, KeepsHoles) {
    // GNU's sparse format 1.0: the map of the data stands before it, in a block of its own.
    std::string map = "1\n1048576\n5\n";
    map.resize(512);
    const Unpacked tree{TarBuilder{}.add({.name = "GNUSparseFile.0/sparse",
                                          .content = map + "hello",
                                          .pax = {{"GNU.sparse.major", "1"},
                                                  {"GNU.sparse.minor", "0"},
                                                  {"GNU.sparse.name", "sparse"},
                                                  {"GNU.sparse.realsize", "4194304"}}})};
    const auto status = tree.status("sparse");
    ASSERT_TRUE(status.has_value());
    EXPECT_EQ(status->st_size, 4'194'304);
    EXPECT_LT(status->st_blocks * 512, 65536) << "the holes have been filled";
    EXPECT_EQ(tree.content("sparse").substr(1'048'576, 5), "hello");
}

TEST(Unpack, FollowsLinksToFoldersInsideOfTheRoot) {
    const Unpacked tree{
        TarBuilder{}.folder("usr").folder("usr/lib").symlink("lib", "usr/lib").file("lib/a", "x")};
    EXPECT_EQ(tree.content("usr/lib/a"), "x");
}

TEST(Unpack, LetsTheLastOfSeveralEntriesWin) {
    const Unpacked tree{TarBuilder{}
                            .file("a", "first, and longer")
                            .file("a", "second")
                            .folder("b")
                            .file("b/inner", "x")
                            .file("b", "now a file")
                            .file("c", "x")
                            .folder("c")
                            .file("c/inner", "in a folder")
                            .folder("d", 0700)
                            .file("d/kept", "kept")
                            .folder("d", 0755)
                            .symlink("e", "a")
                            .file("e", "a file of its own")};
    EXPECT_EQ(tree.content("a"), "second");
    EXPECT_EQ(tree.content("b"), "now a file");
    EXPECT_EQ(tree.content("c/inner"), "in a folder");
    EXPECT_EQ(tree.content("d/kept"), "kept");
    EXPECT_EQ(tree.status("d")->st_mode & 07777U, 0755U);
    EXPECT_EQ(tree.content("e"), "a file of its own");
}

TEST(Unpack, TurnsWhiteoutsIntoDevices) {
    const Unpacked tree{TarBuilder{}.folder("etc").file("etc/.wh.gone", "").file(".wh.also", "")};
    EXPECT_TRUE(tree.is_whiteout("etc/gone"));
    EXPECT_TRUE(tree.is_whiteout("also"));
    EXPECT_FALSE(tree.has("etc/.wh.gone"));
}

TEST(Unpack, TurnsOpaqueMarksIntoAnAttribute) {
    const Unpacked tree{TarBuilder{}
                            .folder("before")
                            .file("before/.wh..wh..opq", "")
                            .file("before/kept", "x")
                            .folder("after")
                            .file("after/kept", "x")
                            .file("after/.wh..wh..opq", "")};
    for (const std::string name : {"before", "after"}) {
        EXPECT_TRUE(tree.is_opaque(name)) << name;
        EXPECT_EQ(tree.content(name + "/kept"), "x");
        EXPECT_FALSE(tree.has(name + "/.wh..wh..opq"));
    }
}

TEST(Unpack, KeepsWhatTheLayerItselfPutsInPlaceOfSomethingRemoved) {
    const Unpacked tree{TarBuilder{}
                            .file(".wh.file-after", "")
                            .file("file-after", "new")
                            .file("file-before", "new")
                            .file(".wh.file-before", "")
                            .file(".wh.folder-after", "")
                            .folder("folder-after")
                            .folder("folder-before")
                            .file(".wh.folder-before", "")};
    EXPECT_EQ(tree.content("file-after"), "new");
    EXPECT_EQ(tree.content("file-before"), "new");
    EXPECT_TRUE(tree.is_opaque("folder-after")) << "else the removed one shows through";
    EXPECT_TRUE(tree.is_opaque("folder-before"));
}

TEST(Unpack, LeavesOutTheNotesOfAufs) {
    const Unpacked tree{TarBuilder{}.file(".wh..wh.aufs", "").file("a", "x")};
    EXPECT_FALSE(tree.has(".wh..wh.aufs"));
    EXPECT_TRUE(tree.has("a"));
}

}  // namespace
}  // namespace minidock::test
