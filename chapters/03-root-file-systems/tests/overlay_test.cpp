// What an overlay shows, and where what is written to it goes.
#include "minidock/rootfs/overlay.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/mount.hpp"
#include "minidock/rootfs/layer_diff.hpp"
#include "minidock/rootfs/whiteout.hpp"
#include "own_mounts.hpp"

namespace minidock::rootfs {

void PrintTo(const Change& change, std::ostream* out) {
    *out << "CAD"[static_cast<int>(change.kind)] << ' ' << change.path;
}

namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Two layers, base below app, and an upper folder; merged/ shows them.
class OverlayMount : public test::OwnMounts {
  protected:
    void SetUp() override {
        OwnMounts::SetUp();
        if (HasFatalFailure()) return;
        file("base/etc/motd", "from base");
        file("base/etc/hosts", "base hosts");
        file("base/tmp/one", "1");
        file("base/tmp/two", "2");
        file("app/etc/motd", "from app");
        file("app/app/start", "#!");
        for (const char* name : {"upper", "work", "merged"})
            folder(name);
    }

    Overlay overlay() const {
        return {.lower = {at("base"), at("app")}, .upper = at("upper"), .work = at("work")};
    }
    void mount() const { mount_overlay(overlay(), at("merged")); }
    std::string merged(const std::string& name) const { return at("merged/" + name); }
    std::string upper(const std::string& name) const { return at("upper/" + name); }

    std::vector<Change> changes() const {
        const Fd lower = open_overlay({.lower = {at("base"), at("app")}});
        return changes_in_upper(lower, open_file(at("upper"), O_RDONLY | O_DIRECTORY));
    }
};

struct stat status_of(const std::string& path) {
    struct stat info {};
    EXPECT_EQ(::lstat(path.c_str(), &info), 0) << path;
    return info;
}

TEST_F(OverlayMount, TheLaterLayerHidesTheEarlier) {
    mount();
    EXPECT_EQ(read_file(merged("etc/motd")), "from app");
    EXPECT_EQ(read_file(merged("etc/hosts")), "base hosts");
    EXPECT_EQ(test::list(merged("")), "app etc tmp");
}

TEST_F(OverlayMount, WritingCopiesTheFileUpAndLeavesTheLayerAlone) {
    mount();
    EXPECT_EQ(test::try_to_write(merged("etc/hosts")), "written");
    EXPECT_EQ(read_file(upper("etc/hosts")), "xase hosts");
    EXPECT_EQ(read_file(at("base/etc/hosts")), "base hosts");
}

TEST_F(OverlayMount, EvenAChangedModeCopiesTheWholeFile) {
    mount();
    fs::permissions(merged("etc/hosts"), fs::perms::owner_read);
    EXPECT_EQ(read_file(upper("etc/hosts")), "base hosts");
}

TEST_F(OverlayMount, DeletingLeavesAWhiteout) {
    mount();
    fs::remove(merged("tmp/one"));
    EXPECT_TRUE(S_ISCHR(status_of(upper("tmp/one")).st_mode));
    EXPECT_EQ(status_of(upper("tmp/one")).st_rdev, dev_t{0});
    EXPECT_EQ(test::list(merged("tmp")), "two");
    EXPECT_EQ(read_file(at("base/tmp/one")), "1");
}

TEST_F(OverlayMount, AFolderMadeAnewIsOpaque) {
    mount();
    fs::remove_all(merged("tmp"));
    fs::create_directory(merged("tmp"));
    EXPECT_EQ(test::list(merged("tmp")), "");
    char value = 0;
    EXPECT_EQ(::getxattr(upper("tmp").c_str(), "trusted.overlay.opaque", &value, 1), 1);
    EXPECT_EQ(value, 'y');
}

TEST_F(OverlayMount, CopyUpOfOneNamePartsItFromItsHardLinks) {
    fs::create_hard_link(at("base/tmp/one"), at("base/tmp/same"));
    mount();
    EXPECT_EQ(status_of(merged("tmp/one")).st_nlink, 2U);
    EXPECT_EQ(test::try_to_write(merged("tmp/one")), "written");
    EXPECT_EQ(read_file(merged("tmp/one")), "x");
    EXPECT_EQ(read_file(merged("tmp/same")), "1");
}

TEST_F(OverlayMount, WithoutAnUpperFolderNothingCanBeWritten) {
    mount_overlay({.lower = {at("base"), at("app")}}, at("merged"));
    EXPECT_EQ(test::try_to_write(merged("etc/motd")), "Read-only file system");
    EXPECT_EQ(read_file(merged("etc/motd")), "from app");
}

TEST_F(OverlayMount, AFolderWithOurWhiteoutsHidesLikeTheKernels) {
    make_whiteout(open_file(folder("app/tmp"), O_PATH), "one");
    make_opaque(open_file(at("app/etc"), O_RDONLY));
    mount();
    EXPECT_EQ(test::list(merged("tmp")), "two");
    EXPECT_EQ(test::list(merged("etc")), "motd");
}

TEST_F(OverlayMount, NamesWithColonsAndCommasAreNoOptions) {
    Overlay odd{.lower = {folder("a:b"), folder("c,upperdir=d"), folder("e\\f")},
                .upper = folder("up:per,x"),
                .work = folder("wo,rk")};
    file("a:b/1", "");
    file("c,upperdir=d/2", "");
    file("e\\f/3", "");
    mount_overlay(odd, at("merged"));
    EXPECT_EQ(test::list(merged("")), "1 2 3");
    file("merged/4", "");
    EXPECT_EQ(test::list(at("up:per,x")), "4");
}

TEST_F(OverlayMount, AHundredAndFiftyLayersWithLongNamesFit) {
    Overlay tall{.lower = {}, .upper = at("upper"), .work = at("work")};
    for (int i = 100; i < 250; ++i) {
        const std::string name = std::to_string(i);
        file(std::string(64, 'x') + name + "/diff/" + name, "");
        file(std::string(64, 'x') + name + "/diff/top", name);
        tall.lower.push_back(at(std::string(64, 'x') + name + "/diff"));
    }
    mount_overlay(tall, at("merged"));
    EXPECT_EQ(std::distance(fs::directory_iterator{merged("")}, {}), 151);
    EXPECT_EQ(read_file(merged("top")), "249");
}

TEST_F(OverlayMount, ADiscardedUpperFolderDoesNotWaitForTheDisk) {
    Overlay discarded = overlay();
    discarded.discard = true;
    mount_overlay(discarded, at("merged"));
    EXPECT_THAT(read_file("/proc/self/mountinfo"), HasSubstr("volatile"));
}

TEST_F(OverlayMount, ADetachedOverlayIsSeenOnlyThroughItsDescriptor) {
    const std::size_t before = test::mounts_below("/").size();
    const Fd merged = open_overlay(overlay());
    EXPECT_EQ(test::mounts_below("/").size(), before);
    const Fd motd{::openat(merged.get(), "etc/motd", O_RDONLY)};
    EXPECT_EQ(read_all(motd.get(), "motd"), "from app");
    EXPECT_EQ(::mkdirat(merged.get(), "made", 0755), 0);
    EXPECT_TRUE(fs::is_directory(upper("made")));
}

TEST_F(OverlayMount, AMissingLayerIsAnErrorThatNamesTheMount) {
    Overlay broken = overlay();
    broken.lower.push_back(at("gone"));
    try {
        mount_overlay(broken, at("merged"));
        FAIL() << "mounted";
    } catch (const SystemError& error) {
        EXPECT_EQ(error.error(), ENOENT);
        EXPECT_THAT(error.what(), HasSubstr(at("merged")));
    }
}

TEST_F(OverlayMount, ChangesAreReadFromTheUpperFolderAlone) {
    mount();
    fs::remove(merged("tmp/one"));
    test::try_to_write(merged("etc/hosts"));
    file("merged/srv/new", "");
    EXPECT_THAT(
        changes(),
        ElementsAre(Change{ChangeKind::modified, "/etc"},
                    Change{ChangeKind::modified, "/etc/hosts"}, Change{ChangeKind::added, "/srv"},
                    Change{ChangeKind::added, "/srv/new"}, Change{ChangeKind::modified, "/tmp"},
                    Change{ChangeKind::deleted, "/tmp/one"}));
}

TEST_F(OverlayMount, AnOpaqueFolderDeletesWhatItHides) {
    mount();
    fs::remove_all(merged("tmp"));
    file("merged/tmp/two", "again");
    EXPECT_THAT(changes(), ElementsAre(Change{ChangeKind::modified, "/tmp"},
                                       Change{ChangeKind::deleted, "/tmp/one"},
                                       Change{ChangeKind::modified, "/tmp/two"}));
}

TEST_F(OverlayMount, WhatWasMadeAndDeletedAgainIsNoChange) {
    mount();
    file("merged/draft", "");
    fs::remove(merged("draft"));
    EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(OverlayMount, TheUpperFoldersChangesAreThoseOfTheTwoWholeTrees) {
    mount();
    fs::remove_all(merged("app"));
    fs::remove(merged("etc/hosts"));
    fs::create_symlink("/nowhere", merged("etc/hosts"));
    file("merged/tmp/three/deep", "3");
    const Fd before = open_overlay({.lower = {at("base"), at("app")}});
    EXPECT_EQ(changes(), compare_trees(before, open_file(at("merged"), O_RDONLY | O_DIRECTORY)));
}

}  // namespace
}  // namespace minidock::rootfs
