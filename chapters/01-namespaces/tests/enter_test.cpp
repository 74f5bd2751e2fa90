#include "minidock/namespaces/enter.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "chapters/01-namespaces/tests/shell_inside.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/namespaces/inspect.hpp"
#include "minidock/namespaces/isolation.hpp"

namespace minidock::namespaces {
namespace {

/// A process that is alone in every kind of namespace, users included.
ShellInside everything_of_its_own() {
    const Plan plan = plan_for({.id_map = {{0, 100000, 65536}}}, available_kinds());
    return {plan, "exec sleep 20", [&] {
                become_first_inside(plan.id_maps);
                kernel::sethostname("inside", {1, "for the test"});
            }};
}

TEST(Enter, ByPidfdLandsInAllNamespacesOfTheProcess) {
    ShellInside target = everything_of_its_own();
    const Fd pidfd = kernel::pidfd_open(target.pid());
    const auto theirs = namespaces_of(target.pid());
    ShellInside entered{
        {}, "exec sleep 20", [&] { enter_process(pidfd, target.pid(), KindSet::all()); }};
    for (const auto& [kind, id] : namespaces_of(entered.pid())) {
        // A process never changes its own PID namespace: its children are in the other.
        if (kind != Kind::pid) {
            EXPECT_EQ(id, theirs.at(kind)) << oci_name(kind);
        }
    }
}

TEST(Enter, OnlyTheKindsAskedFor) {
    ShellInside target = everything_of_its_own();
    const Fd pidfd = kernel::pidfd_open(target.pid());
    const auto ours = namespaces_of(::getpid());
    ShellInside entered{
        {}, "exec sleep 20", [&] { enter_process(pidfd, target.pid(), {Kind::uts}); }};
    const auto found = namespaces_of(entered.pid());
    EXPECT_EQ(found.at(Kind::uts), namespaces_of(target.pid()).at(Kind::uts));
    EXPECT_EQ(found.at(Kind::network), ours.at(Kind::network));
}

TEST(Enter, ByAFileOfOneNamespace) {
    ShellInside target = everything_of_its_own();
    const Fd file = open_file(namespace_file(target.pid(), Kind::uts), O_RDONLY);
    ShellInside entered{{}, "hostname", [&] { enter(file, Kind::uts); }};
    EXPECT_EQ(entered.result().out, "inside\n");
}

TEST(Enter, AFileOfAnotherKindIsRefusedByTheKind) {
    const Fd file = open_file(namespace_file(::getpid(), Kind::network), O_RDONLY);
    EXPECT_THAT([&] { enter(file, Kind::uts); },
                testing::ThrowsMessage<SystemError>(testing::HasSubstr("enter the uts namespace")));
}

}  // namespace
}  // namespace minidock::namespaces
