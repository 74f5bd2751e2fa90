// What a container must not see, or not write, of the kernel's own files.
#include "minidock/rootfs/masked_paths.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "minidock/rootfs/mounts.hpp"
#include "own_mounts.hpp"

namespace minidock::rootfs {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

/// A root with a /proc and a /sys of the kernel's.
class KernelFiles : public test::OwnMounts {
  protected:
    void SetUp() override {
        OwnMounts::SetUp();
        if (HasFatalFailure()) return;
        root_ = open_root(folder("root"));
        mount_in_root(root_, {{"/proc"}, "proc", "proc", {"nosuid"}});
        mount_in_root(root_, {{"/sys"}, "sysfs", "sysfs", {"nosuid"}});
    }

    std::string root(const std::string& name) const { return at("root" + name); }

    Fd root_;
};

TEST_F(KernelFiles, AMaskedFileIsEmpty) {
    ASSERT_NE(read_file(root("/proc/timer_list")), "");
    mask_paths(root_, {{"/proc/timer_list"}});
    EXPECT_EQ(read_file(root("/proc/timer_list")), "");
}

TEST_F(KernelFiles, AMaskedFolderIsEmptyAndStaysSo) {
    ASSERT_NE(test::list(root("/sys/kernel")), "");
    mask_paths(root_, {{"/sys/kernel"}});
    EXPECT_EQ(test::list(root("/sys/kernel")), "");
    EXPECT_EQ(test::try_to_write(root("/sys/kernel/x")), "Read-only file system");
}

TEST_F(KernelFiles, WhatIsNotThereNeedsNoMask) {
    EXPECT_NO_THROW(mask_paths(root_, {{"/proc/no-such-file"}, {"/nothing/at/all"}}));
    EXPECT_FALSE(fs::exists(root("/nothing")));
}

TEST_F(KernelFiles, AReadOnlyPathCanBeReadAndNotWritten) {
    const std::string name = read_file(root("/proc/sys/kernel/ostype"));
    make_paths_read_only(root_, {{"/proc/sys"}});
    EXPECT_EQ(read_file(root("/proc/sys/kernel/ostype")), name);
    EXPECT_EQ(test::try_to_write(root("/proc/sys/vm/swappiness")), "Read-only file system");
}

TEST_F(KernelFiles, AReadOnlyPathKeepsItsOtherFlags) {
    make_paths_read_only(root_, {{"/proc/sys"}});
    EXPECT_THAT(read_file("/proc/self/mountinfo"),
                testing::HasSubstr(root("/proc/sys") + " ro,nosuid"));
}

TEST_F(KernelFiles, AReadOnlyPathProtectsWhatIsMountedBelowIt) {
    ASSERT_EQ(::mount("sub", folder("root/tree/sub").c_str(), "tmpfs", 0, nullptr), 0);
    file("root/tree/sub/data", "precious");
    make_paths_read_only(root_, {{"/tree"}});
    EXPECT_EQ(read_file(root("/tree/sub/data")), "precious");
    EXPECT_EQ(test::try_to_write(root("/tree/sub/data")), "Read-only file system");
}

TEST_F(KernelFiles, TheDefaultListsHideAndProtectWhatThisKernelHas) {
    mask_paths(root_, default_masked_paths());
    make_paths_read_only(root_, default_read_only_paths());
    for (const PathInRoot& path : default_masked_paths()) {
        if (!fs::exists(root(path.text))) continue;
        EXPECT_TRUE(fs::is_character_file(root(path.text)) || fs::is_empty(root(path.text)))
            << path.text;
    }
    for (const PathInRoot& path : default_read_only_paths())
        EXPECT_NE(::access(root(path.text).c_str(), W_OK), 0) << path.text;
}

}  // namespace
}  // namespace minidock::rootfs
