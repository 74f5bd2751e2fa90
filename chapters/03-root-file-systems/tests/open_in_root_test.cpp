// Paths inside a container's root. The scratch folder stands for a hostile image: every link in it
// tries to lead out.
#include "minidock/rootfs/open_in_root.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "minidock/base/error.hpp"
#include "minidock/base/temp_dir.hpp"

namespace minidock::rootfs {
namespace {

namespace fs = std::filesystem;

class OpenInRoot : public testing::Test {
  protected:
    OpenInRoot() {
        fs::create_directories(image_ / "etc");
        std::ofstream{image_ / "etc/passwd"} << "the image's";
        std::ofstream{outside_ / "passwd"} << "the host's";
        root_ = open_root(image_.path());
    }

    std::string content(const std::string& path) const {
        return read_all(open_in_root(root_, {path}, O_RDONLY).get(), path);
    }
    void link(const std::string& name, const std::string& target) const {
        fs::create_symlink(target, image_ / name);
    }
    std::string make(const std::string& path, MountPoint kind) const {
        const Fd place = make_mount_point(root_, {path}, kind);
        return fs::read_symlink(fd_path(place.get()));
    }

    TempDir image_;
    TempDir outside_;
    Fd root_;
};

TEST_F(OpenInRoot, AbsoluteLinksStartAtTheRootOfTheContainer) {
    link("passwd", "/etc/passwd");
    EXPECT_EQ(content("passwd"), "the image's");
}

TEST_F(OpenInRoot, DotDotStopsAtTheRootOfTheContainer) {
    EXPECT_EQ(content("../../../../etc/passwd"), "the image's");
    link("up", "../../../..");
    EXPECT_EQ(content("up/etc/passwd"), "the image's");
}

TEST_F(OpenInRoot, LinksToTheHostLeadNowhere) {
    link("host", outside_.path());
    EXPECT_FALSE(find_in_root(root_, {"host/passwd"}, O_PATH));
}

TEST_F(OpenInRoot, MissingFoldersAreMadeOnTheWayToAMountPoint) {
    EXPECT_EQ(make("/a/b/c", MountPoint::folder), image_ / "a/b/c");
    EXPECT_TRUE(fs::is_directory(image_ / "a/b/c"));
}

TEST_F(OpenInRoot, AFileIsMadeToMountAFileOn) {
    EXPECT_EQ(make("run/resolv.conf", MountPoint::file), image_ / "run/resolv.conf");
    EXPECT_TRUE(fs::is_regular_file(image_ / "run/resolv.conf"));
}

TEST_F(OpenInRoot, WhatIsThereIsNotTouched) {
    EXPECT_EQ(make("/etc/passwd", MountPoint::file), image_ / "etc/passwd");
    EXPECT_EQ(content("/etc/passwd"), "the image's");
}

TEST_F(OpenInRoot, ALinkToSomethingMissingIsMadeTrueInside) {
    // As in Debian: /var/run -> /run, in an image without /run.
    fs::create_directories(image_ / "var");
    link("var/run", "/run");
    EXPECT_EQ(make("/var/run/lock", MountPoint::folder), image_ / "run/lock");

    link("etc/resolv.conf", "../run/systemd/resolve.conf");
    EXPECT_EQ(make("/etc/resolv.conf", MountPoint::file), image_ / "run/systemd/resolve.conf");
}

TEST_F(OpenInRoot, NothingIsMadeOutsideWhateverALinkSays) {
    link("data", outside_ / "made");
    make("/data", MountPoint::folder);
    EXPECT_FALSE(fs::exists(outside_ / "made"));
    EXPECT_TRUE(fs::is_directory(image_.path() + outside_.path() + "/made"));
}

TEST_F(OpenInRoot, LinksInACircleAreAnErrorAndNoEndlessLoop) {
    link("one", "two");
    link("two", "one");
    EXPECT_THROW(make("/one/x", MountPoint::folder), SystemError);
}

TEST_F(OpenInRoot, AFileInTheWayOfAFolderIsAnError) {
    EXPECT_THROW(make("/etc/passwd/x", MountPoint::folder), SystemError);
    EXPECT_THROW(make("/etc/passwd", MountPoint::folder), SystemError);
}

}  // namespace
}  // namespace minidock::rootfs
