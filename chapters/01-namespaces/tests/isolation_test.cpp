// What is cloned for a wish. That it becomes so is tested in start_test.cpp.
#include "minidock/namespaces/isolation.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "minidock/base/error.hpp"

namespace minidock::namespaces {
namespace {

/// For a while an ordinary user; does nothing where the tests run as one.
class AsOrdinaryUser {
  public:
    AsOrdinaryUser() : root_{::geteuid() == 0} {
        if (root_ && ::seteuid(nobody) < 0) throw SystemError("become nobody");
    }
    ~AsOrdinaryUser() {
        if (root_ && ::seteuid(0) < 0) std::abort();
    }
    AsOrdinaryUser(const AsOrdinaryUser&) = delete;
    AsOrdinaryUser& operator=(const AsOrdinaryUser&) = delete;

  private:
    static constexpr uid_t nobody = 65534;
    bool root_;
};

TEST(Isolation, SharedKindsAreLeftAlone) {
    const Plan plan = plan_for({.shared = {Kind::network, Kind::time}}, KindSet::all());
    EXPECT_FALSE(plan.own.contains(Kind::network));
    EXPECT_FALSE(plan.own.contains(Kind::time));
    for (const Kind kind : {Kind::mount, Kind::pid, Kind::uts, Kind::ipc, Kind::cgroup}) {
        EXPECT_TRUE(plan.own.contains(kind)) << oci_name(kind);
    }
}

TEST(Isolation, KindsThatTheKernelDoesNotHaveAreNotAskedFor) {
    KindSet linux_5_5 = KindSet::all();
    linux_5_5.erase(Kind::time);
    EXPECT_FALSE(plan_for({}, linux_5_5).own.contains(Kind::time));
}

TEST(Isolation, AnIdMapAsksForAUserNamespace) {
    const Plan plan = plan_for({.id_map = {{0, 100000, 65536}}}, KindSet::all());
    EXPECT_TRUE(plan.own.contains(Kind::user));
    EXPECT_EQ(plan.id_maps.users, (std::vector<IdRange>{{0, 100000, 65536}}));
    EXPECT_EQ(plan.id_maps.groups, plan.id_maps.users);
}

TEST(Isolation, WithoutRootTheCallerBecomesRootInside) {
    const AsOrdinaryUser ordinary;
    const Plan plan = plan_for({}, KindSet::all());
    EXPECT_TRUE(plan.own.contains(Kind::user));
    EXPECT_EQ(plan.id_maps.users, (std::vector<IdRange>{{0, ::geteuid(), 1}}));
    EXPECT_EQ(plan.id_maps.groups, (std::vector<IdRange>{{0, ::getegid(), 1}}));
}

TEST(Isolation, WishesThatContradictEachOtherAreRefused) {
    EXPECT_THROW(plan_for({.shared = {Kind::uts}, .hostname = "box"}, KindSet::all()),
                 BadParameter);
    EXPECT_THROW(plan_for({.shared = {Kind::pid}, .init = true}, KindSet::all()), BadParameter);
    EXPECT_THROW(plan_for({.shared = {Kind::user}, .id_map = {{0, 1, 1}}}, KindSet::all()),
                 BadParameter);
    const AsOrdinaryUser ordinary;
    EXPECT_THROW(plan_for({.shared = {Kind::user}}, KindSet::all()), BadParameter);
}

}  // namespace
}  // namespace minidock::namespaces
