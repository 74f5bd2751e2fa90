// What wrong input gets: one clear line, the right exit code, and nothing left behind (which the
// test daemon checks at the end of each test).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;

constexpr int engine_error = 125;
constexpr int not_executable = 126;
constexpr int not_found = 127;

class BadInput : public testing::Test {
  protected:
    TestDaemon daemon;

    Outcome run_busybox(std::vector<std::string> words) {
        words.insert(words.begin(), "run");
        return daemon.docker(std::move(words));
    }
    void expect(const Outcome& outcome, int status, const std::string& words) {
        EXPECT_EQ(outcome.status, status) << outcome.err;
        EXPECT_THAT(outcome.err, HasSubstr(words));
    }
    std::string all_containers() { return daemon.docker_output({"ps", "--all", "--quiet"}); }
};

TEST_F(BadInput, UnknownImage) {
    expect(run_busybox({"--pull", "never", "no-such-image", "true"}), engine_error,
           "No such image: no-such-image:latest");
    EXPECT_EQ(all_containers(), "");
}

TEST_F(BadInput, CommandNotFound) {
    expect(run_busybox({"--name", "lost", "busybox", "no-such-command"}), not_found,
           "exec: \"no-such-command\": executable file not found in $PATH");
    EXPECT_EQ(daemon.inspect("lost", "{{.State.Status}} {{.State.ExitCode}}"), "created 127");
}

TEST_F(BadInput, CommandNotFoundWithRmLeavesNoContainer) {
    expect(run_busybox({"--rm", "busybox", "no-such-command"}), not_found, "not found");
    EXPECT_EQ(all_containers(), "");
}

TEST_F(BadInput, CommandNotExecutable) {
    expect(run_busybox({"--rm", "busybox", "/etc/passwd"}), not_executable, "permission denied");
    expect(run_busybox({"--rm", "busybox", "/tmp"}), not_executable, "");
}

TEST_F(BadInput, ABodyThatLiesTooDeep) {
    // A walk through it, one call a level, would leave the stack.
    const std::string script =
        "printf '{\"Image\":\"busybox\",\"ExposedPorts\":{\"80/tcp\":'; yes '[' | head -n 1900000 "
        "| "
        "tr -d '\\n'; yes ']' | head -n 1900000 | tr -d '\\n'; printf '}}'";
    const Outcome answer =
        run({"sh", "-c",
             "(" + script + ") | curl --silent --unix-socket " + daemon.host().substr(7) +
                 " --header 'Content-Type: application/json' --data-binary @- "
                 "http://docker/v1.47/containers/create"});
    EXPECT_THAT(answer.out, HasSubstr("lies deeper than 500 levels"));
    EXPECT_EQ(all_containers(), "");
}

TEST_F(BadInput, MemoryBelowTheMinimum) {
    expect(run_busybox({"--rm", "--memory", "5m", "busybox", "true"}), engine_error,
           "Minimum memory limit allowed is 6MB");
}

TEST_F(BadInput, MoreProcessorsThanThereAre) {
    expect(run_busybox({"--rm", "--cpus", "1000", "busybox", "true"}), engine_error,
           "Range of CPUs is from 0.01 to");
}

TEST_F(BadInput, ANameInUse) {
    daemon.docker_output({"create", "--name", "taken", "busybox", "true"});
    expect(run_busybox({"--name", "taken", "busybox", "true"}), engine_error,
           "Conflict. The container name \"/taken\" is already in use by container \"");
}

TEST_F(BadInput, ANameThatIsNoName) {
    expect(run_busybox({"--name", "no name", "busybox", "true"}), engine_error,
           "Invalid container name (no name), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
}

TEST_F(BadInput, AUserThatIsNotThere) {
    expect(run_busybox({"--rm", "--user", "nobody-knows", "busybox", "true"}), engine_error,
           "unable to find user nobody-knows: no matching entries in passwd file");
}

TEST_F(BadInput, ANetworkThatIsNotThere) {
    expect(run_busybox({"--rm", "--network", "nowhere", "busybox", "true"}), engine_error,
           "network nowhere not found");
}

TEST_F(BadInput, WhatNobodyServesIsRefusedRatherThanForgotten) {
    expect(run_busybox({"--rm", "--storage-opt", "size=1g", "busybox", "true"}), engine_error,
           "storage options is not in this edition");
}

TEST_F(BadInput, AContainerThatIsNotThere) {
    for (const char* verb : {"start", "stop", "kill", "logs", "inspect"})
        expect(daemon.docker({verb, "nobody"}), 1, "nobody");
    expect(daemon.docker({"rm", "nobody"}), 1, "No such container: nobody");
}

TEST_F(BadInput, KillingWhatDoesNotRun) {
    daemon.docker_output({"create", "--name", "idle", "busybox", "true"});
    expect(daemon.docker({"kill", "idle"}), 1, "is not running");
}

TEST_F(BadInput, RemovingWhatRuns) {
    daemon.docker_output({"run", "--detach", "--name", "busy", "busybox", "sleep", "100"});
    expect(daemon.docker({"rm", "busy"}), 1,
           "cannot remove container \"/busy\": container is running");
}

TEST_F(BadInput, AnUnknownSignal) {
    daemon.docker_output({"run", "--detach", "--name", "deaf", "busybox", "sleep", "100"});
    expect(daemon.docker({"kill", "--signal", "NONSENSE", "deaf"}), 1, "nvalid signal: NONSENSE");
}

TEST_F(BadInput, AnAmbiguousPrefix) {
    // Among 17 IDs two begin with the same digit.
    std::string ids;
    for (int i = 0; i < 17; ++i)
        ids += daemon.docker_output({"create", "busybox", "true"}).substr(0, 1);
    std::string twice;
    for (std::size_t i = 0; i < ids.size() && twice.empty(); ++i) {
        if (ids.find(ids[i], i + 1) != std::string::npos) twice = ids[i];
    }
    expect(daemon.docker({"start", twice}), 1, "multiple IDs found with provided prefix: " + twice);
}

}  // namespace
}  // namespace minidock::test
