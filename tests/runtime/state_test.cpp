#include "minidock/runtime/state.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "minidock/base/child.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/temp_dir.hpp"

namespace minidock::runtime {
namespace {

TEST(ContainerId, IsNeverAPath) {
    for (const char* id : {"", ".", "..", ".x", "a/b", "../x", "a b", "a\n", "ä"})
        EXPECT_THROW(check_id(id), BadParameter) << id;
    for (const char* id : {"a", "web-1", "a.b", "0_+x"})
        EXPECT_NO_THROW(check_id(id)) << id;
}

TEST(StateFolder, AnIdIsTakenOnce) {
    const TempDir root;
    StateFolder::create(root.path(), "box");
    EXPECT_THROW(StateFolder::create(root.path(), "box"), Conflict);
    EXPECT_THROW(StateFolder::open(root.path(), "other"), NotFound);
}

TEST(StateFolder, WhatIsSavedIsLoaded) {
    const TempDir root;
    const StateFolder folder = StateFolder::create(root.path(), "box");
    EXPECT_FALSE(folder.load().has_value());
    folder.save({.id = "box",
                 .oci_version = "1.0.2",
                 .bundle = "/b",
                 .rootfs = "/b/rootfs",
                 .cgroups_path = "/x",
                 .init = {42, 1234},
                 .created = now(),
                 .annotations = {{"a", "b"}}});
    const auto record = folder.load();
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(record->init.pid, 42);
    EXPECT_EQ(record->init.start_time, 1234U);
    EXPECT_EQ(record->annotations.at("a"), "b");
}

TEST(StateFolder, AProcessOfTheSameNumberButAnotherAgeIsNotTheContainers) {
    const TempDir root;
    const StateFolder folder = StateFolder::create(root.path(), "box");
    const std::uint64_t own_age = start_time_of(::getpid()).value();
    const Record ours{.id = "box", .cgroups_path = "/x", .init = {::getpid(), own_age + 1}};
    EXPECT_EQ(folder.status(ours), Status::stopped);
}

TEST(StartTime, AProcessThatNobodyHasWaitedForYetIsOver) {
    Child child = spawn({.path = "/bin/true", .arguments = {"true"}});
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(child.pid()), &info, WEXITED | WNOWAIT);
    EXPECT_FALSE(start_time_of(child.pid()).has_value());
    child.wait();
}

}  // namespace
}  // namespace minidock::runtime
