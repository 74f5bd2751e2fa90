#include "minidock/namespaces/kind.hpp"

#include <gtest/gtest.h>
#include <linux/sched.h>

namespace minidock::namespaces {
namespace {

TEST(KindSet, FlagsAreThoseOfItsKinds) {
    EXPECT_EQ((KindSet{Kind::uts, Kind::pid}.clone_flags()),
              std::uint64_t{CLONE_NEWUTS | CLONE_NEWPID});
    EXPECT_EQ(KindSet::all().clone_flags(),
              std::uint64_t{CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC |
                            CLONE_NEWNET | CLONE_NEWUSER | CLONE_NEWCGROUP | CLONE_NEWTIME});
}

TEST(KindSet, NothingHasNoFlags) {
    EXPECT_EQ(KindSet{}.clone_flags(), 0U);
}

TEST(KindSet, ContainsAKindFromInsertToErase) {
    KindSet kinds;
    EXPECT_TRUE(kinds.empty());
    kinds.insert(Kind::network);
    EXPECT_TRUE(kinds.contains(Kind::network));
    EXPECT_FALSE(kinds.contains(Kind::mount));
    kinds.erase(Kind::network);
    EXPECT_TRUE(kinds.empty());
}

TEST(Kind, EachIsFoundByItsOciName) {
    for (const Kind kind : all_kinds)
        EXPECT_EQ(kind_by_oci_name(oci_name(kind)), kind);
    EXPECT_EQ(kind_by_oci_name("mnt"), std::nullopt) << "that is its name in /proc";
}

}  // namespace
}  // namespace minidock::namespaces
