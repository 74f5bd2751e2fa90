// The new root: what is left of the old one, and whether there is a way back.
#include "minidock/rootfs/pivot.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/rootfs/propagation.hpp"
#include "own_mounts.hpp"

namespace minidock::rootfs {
namespace {

using testing::ElementsAre;

class Pivot : public test::OwnMounts {
  protected:
    void SetUp() override {
        OwnMounts::SetUp();
        if (HasFatalFailure()) return;
        file("root/inside", "");
        file("outside", "");
        folder("root/proc");
    }

    /// Runs `work` in a process that has root/ as its root by a pivot.
    std::string pivoted(const std::function<std::string()>& work) const {
        return test::in_child([&] {
            ::unshare(CLONE_NEWNS);
            const Fd root = make_root_mount(at("root"));
            ::mount("proc", at("root/proc").c_str(), "proc", 0, nullptr);
            pivot_into(root);
            return work();
        });
    }

    /// The same by chroot(2), and nothing else.
    std::string chrooted(const std::function<std::string()>& work) const {
        return test::in_child([&] {
            if (::chroot(at("root").c_str()) < 0 || ::chdir("/") < 0) return std::string{"failed"};
            return work();
        });
    }
};

// [escape]
/// The classic way out of a chroot. A process is held below its root only on the way up: at the
/// root, ".." stays. Who moves the root to a folder below the working directory is above it, never
/// passes it on the way up, and arrives at the real one.
std::string escape_from_chroot() {
    ::mkdir("trap", 0755);
    if (::chroot("trap") < 0) return "chroot refused";
    for (int i = 0; i < 64; ++i) {
        if (::chdir("..") < 0) return "stuck";
    }
    if (::chroot(".") < 0) return "chroot refused";
    return test::list("/");
}
// [/escape]

TEST_F(Pivot, TheNewRootIsAllThereIs) {
    EXPECT_EQ(pivoted([] { return test::list("/"); }), "inside proc");
}

TEST_F(Pivot, NoMountOfTheOldRootIsLeft) {
    EXPECT_EQ(pivoted([] {
                  std::string places;
                  for (const std::string& place : test::mounts_below("/"))
                      places += place + " ";
                  return places;
              }),
              "/ /proc ");
}

TEST_F(Pivot, TheWorkingDirectoryIsTheNewRoot) {
    EXPECT_EQ(pivoted([] { return test::list("."); }), "inside proc");
}

TEST_F(Pivot, ABareChrootIsEscapedFrom) {
    EXPECT_THAT(chrooted(escape_from_chroot), testing::HasSubstr("tmp"));
    EXPECT_EQ(chrooted([] { return test::list("/"); }), "inside proc trap");
}

TEST_F(Pivot, ThereIsNoEscapeFromAPivotedRoot) {
    EXPECT_EQ(pivoted(escape_from_chroot), "inside proc trap");
}

TEST_F(Pivot, NoRootHoldsWhoBringsAnOpenFolderFromOutside) {
    // Why every descriptor of the engine's is close-on-exec (CVE-2024-21626 was one that was not).
    const Fd outside = open_file(at(""), O_RDONLY | O_DIRECTORY);
    const auto walk_there = [&]() -> std::string {
        return ::fchdir(outside.get()) == 0 && ::access("outside", F_OK) == 0 ? "out" : "held";
    };
    EXPECT_EQ(chrooted(walk_there), "out");
    EXPECT_EQ(pivoted(walk_there), "out");
}

TEST_F(Pivot, TheOldRootIsNotUnmountedForOthersWhereMountsAreShared) {
    // All namespaces of this test share their mounts, as the host's do under systemd.
    set_propagation("/", Propagation::shared, Reach::whole_tree);
    const auto before = test::mounts_below("/");
    const std::string inside = test::in_child([&] {
        ::unshare(CLONE_NEWNS);
        // pivot_root(2) refuses where new root or its parent are shared; the rest stays shared.
        set_propagation("/", Propagation::private_, Reach::this_mount);
        set_propagation(at(""), Propagation::private_, Reach::this_mount);
        pivot_into(make_root_mount(at("root")));
        return test::list("/");
    });
    EXPECT_EQ(inside, "inside proc");
    EXPECT_EQ(test::mounts_below("/"), before);
}

TEST_F(Pivot, AReadOnlyRootLetsVolumesBeWritten) {
    EXPECT_EQ(test::in_child([&] {
                  ::unshare(CLONE_NEWNS);
                  const Fd root = make_root_mount(at("root"));
                  ::mount("data", folder("root/data").c_str(), "tmpfs", 0, nullptr);
                  make_root_read_only(root);
                  pivot_into(root);
                  return test::try_to_write("/inside") + ", " + test::try_to_write("/data/x");
              }),
              "Read-only file system, written");
}

}  // namespace
}  // namespace minidock::rootfs
