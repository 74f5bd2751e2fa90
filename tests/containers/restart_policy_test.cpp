#include "minidock/containers/restart_policy.hpp"

#include <gtest/gtest.h>

#include "minidock/base/error.hpp"

namespace minidock::containers {
namespace {

using namespace std::chrono_literals;

RestartPolicy policy(const char* name, int retries = 0) {
    return parse_restart_policy({{"Name", name}, {"MaximumRetryCount", retries}}, false);
}

State ended(int exit_code, int restarts = 0, bool manually = false) {
    State state;
    state.started_at = now();
    state.exit_code = exit_code;
    state.restart_count = restarts;
    state.manually_stopped = manually;
    return state;
}

TEST(RestartPolicy, AlwaysAndUnlessStoppedRestartWhateverTheExitCode) {
    for (const char* name : {"always", "unless-stopped"}) {
        EXPECT_TRUE(policy(name).wants_restart(ended(0))) << name;
        EXPECT_TRUE(policy(name).wants_restart(ended(3, 100))) << name;
        EXPECT_FALSE(policy(name).wants_restart(ended(0, 0, true))) << name;
    }
    EXPECT_FALSE(policy("no").wants_restart(ended(1)));
    EXPECT_FALSE(policy("").wants_restart(ended(1)));
}

TEST(RestartPolicy, OnFailureRestartsUntilItHasTriedOften) {
    EXPECT_FALSE(policy("on-failure").wants_restart(ended(0)));
    EXPECT_TRUE(policy("on-failure").wants_restart(ended(1, 1000)));
    EXPECT_TRUE(policy("on-failure", 3).wants_restart(ended(1, 2)));
    EXPECT_FALSE(policy("on-failure", 3).wants_restart(ended(1, 3)));
}

TEST(RestartPolicy, OnlyAlwaysStartsWithTheDaemonWhatSomebodyStopped) {
    EXPECT_TRUE(policy("always").wants_start_with_daemon(ended(0, 0, true)));
    EXPECT_FALSE(policy("unless-stopped").wants_start_with_daemon(ended(0, 0, true)));
    EXPECT_TRUE(policy("unless-stopped").wants_start_with_daemon(ended(0)));
    EXPECT_FALSE(policy("always").wants_start_with_daemon(State{}));  // never started
}

TEST(RestartPolicy, WhatMakesNoSenseIsRefused) {
    EXPECT_THROW(policy("sometimes"), BadParameter);
    EXPECT_THROW(policy("always", 3), BadParameter);
    EXPECT_THROW(policy("on-failure", -1), BadParameter);
    EXPECT_THROW(parse_restart_policy({{"Name", "always"}}, true), BadParameter);
}

TEST(RestartDelay, DoublesUpToAMinuteAndIsForgottenAfterALongRun) {
    RestartDelay delay;
    EXPECT_EQ(delay.next(0s), 100ms);
    EXPECT_EQ(delay.next(1s), 200ms);
    EXPECT_EQ(delay.next(1s), 400ms);
    for (int i = 0; i < 20; ++i)
        delay.next(0s);
    EXPECT_EQ(delay.next(0s), 60s);
    EXPECT_EQ(delay.next(10s), 100ms);
}

}  // namespace
}  // namespace minidock::containers
