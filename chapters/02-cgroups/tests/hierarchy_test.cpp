#include "minidock/cgroups/hierarchy.hpp"

#include <gtest/gtest.h>

#include "minidock/base/error.hpp"
#include "minidock/cgroups/folder.hpp"

namespace minidock::cgroups {
namespace {

constexpr const char* unified_machine =
    "22 26 0:20 / /sys rw,nosuid - sysfs sysfs rw\n"
    "30 22 0:26 / /sys/fs/cgroup rw,nosuid,nodev shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

constexpr const char* hybrid_machine =
    "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "38 31 0:35 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio\n"
    "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";

TEST(Hierarchy, OneTreeOfV2IsUnified) {
    const Hierarchies machine = Hierarchies::parse_mountinfo(unified_machine);
    EXPECT_EQ(machine.layout(), Layout::unified);
    EXPECT_EQ(machine.unified(), "/sys/fs/cgroup");
    EXPECT_EQ(machine.version_of(Controller::memory), Version::v2);
}

TEST(Hierarchy, TreesOfBothVersionsAreHybrid) {
    const Hierarchies machine = Hierarchies::parse_mountinfo(hybrid_machine);
    EXPECT_EQ(machine.layout(), Layout::hybrid);
    EXPECT_EQ(machine.unified(), "/sys/fs/cgroup/unified");
    EXPECT_EQ(machine.version_of(Controller::memory), Version::v1);
    EXPECT_EQ(*machine.v1(Controller::io), "/sys/fs/cgroup/blkio");
}

TEST(Hierarchy, TwoControllersMayShareATree) {
    const Hierarchies machine = Hierarchies::parse_mountinfo(hybrid_machine);
    EXPECT_EQ(*machine.v1(Controller::cpu), *machine.v1(Controller::cpuacct));
}

TEST(Hierarchy, WhatV1DoesNotHaveCanOnlyBeOnV2) {
    const Hierarchies machine = Hierarchies::parse_mountinfo(hybrid_machine);
    EXPECT_EQ(machine.version_of(Controller::hugetlb), Version::v2);
}

TEST(Hierarchy, TreesOfV1AloneAreV1) {
    const Hierarchies machine = Hierarchies::parse_mountinfo(
        "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
    EXPECT_EQ(machine.layout(), Layout::v1);
}

TEST(Hierarchy, AGroupsPathIsAbsoluteAndPlain) {
    EXPECT_NO_THROW(check_path("/minidock/abc"));
    EXPECT_NO_THROW(check_path("/a.slice/b-c:d"));
    for (const char* wrong : {"", "/", "minidock", "/a/", "//a", "/a//b", "/a/../b", "/.", "/a/.."})
        EXPECT_THROW(check_path(wrong), BadParameter) << wrong;
}

}  // namespace
}  // namespace minidock::cgroups
