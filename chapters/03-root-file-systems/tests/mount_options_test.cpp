// The words of mount options.
#include <gtest/gtest.h>
#include <linux/mount.h>

#include "minidock/rootfs/mount_options.hpp"

namespace minidock::rootfs {
namespace {

TEST(MountOptions, WordsBecomeFlagsAndWhatIsLeftIsTheFileSystemsOwn) {
    const MountOptions options =
        parse_mount_options({"nosuid", "noexec", "nodev", "mode=1777", "size=64m"});
    EXPECT_EQ(options.flags, (FlagChange{.set = MS_NOSUID | MS_NOEXEC | MS_NODEV}));
    EXPECT_EQ(options.data, "mode=1777,size=64m");
    EXPECT_TRUE(options.propagation.empty());
    EXPECT_FALSE(options.is_bind());
}

TEST(MountOptions, OfTwoContradictingWordsTheLaterCounts) {
    EXPECT_EQ(parse_mount_options({"ro", "rw"}).flags, (FlagChange{.clear = MS_RDONLY}));
    EXPECT_EQ(parse_mount_options({"rw", "ro"}).flags, (FlagChange{.set = MS_RDONLY}));
}

TEST(MountOptions, BindAndItsRecursiveFormAreToldApart) {
    EXPECT_EQ(parse_mount_options({"bind"}).flags.set, static_cast<unsigned long>(MS_BIND));
    EXPECT_EQ(parse_mount_options({"rbind"}).flags.set,
              static_cast<unsigned long>(MS_BIND | MS_REC));
}

TEST(MountOptions, RecursiveWordsAreKeptApartFromThoseOfTheMountAlone) {
    const MountOptions options = parse_mount_options({"rbind", "rro", "rnosuid", "rexec"});
    EXPECT_EQ(options.flags.set & MS_RDONLY, 0UL);
    EXPECT_EQ(options.recursive, (FlagChange{.set = MS_RDONLY | MS_NOSUID, .clear = MS_NOEXEC}));
}

TEST(MountOptions, PropagationsAreKeptInTheirOrder) {
    EXPECT_EQ(parse_mount_options({"rslave", "shared"}).propagation,
              (std::vector<unsigned long>{MS_SLAVE | MS_REC, MS_SHARED}));
}

TEST(MountOptions, CopyUpIsForUsAndNotForTheKernel) {
    const MountOptions options = parse_mount_options({"tmpcopyup", "size=1m"});
    EXPECT_TRUE(options.copy_up);
    EXPECT_EQ(options.data, "size=1m");
}

TEST(MountOptions, IdMappingMayReachTheMountsBelow) {
    EXPECT_FALSE(parse_mount_options({"idmap"}).map_ids_below);
    EXPECT_TRUE(parse_mount_options({"ridmap"}).map_ids_below);
}

TEST(MountAttributes, FlagsTranslateToTheNewerCallsNumbers) {
    const auto attributes = to_attributes({.set = MS_RDONLY | MS_NOSYMFOLLOW, .clear = MS_NOEXEC});
    EXPECT_EQ(attributes.set, std::uint64_t{MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSYMFOLLOW});
    EXPECT_EQ(attributes.clear, std::uint64_t{MOUNT_ATTR_NOEXEC});
}

TEST(MountAttributes, AnAccessTimeIsChosenByClearingTheOthers) {
    const auto attributes = to_attributes({.set = MS_NOATIME});
    EXPECT_EQ(attributes.set, std::uint64_t{MOUNT_ATTR_NOATIME});
    EXPECT_EQ(attributes.clear, std::uint64_t{MOUNT_ATTR__ATIME});
}

}  // namespace
}  // namespace minidock::rootfs
