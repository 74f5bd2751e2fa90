// Restart policies, as a user of the official client sees them.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

class RestartPolicies : public testing::Test {
  protected:
    TestDaemon daemon;

    void run_detached(std::vector<std::string> words) {
        words.insert(words.begin(), {"run", "--detach", "--name", "it"});
        daemon.docker_output(std::move(words));
    }
    bool becomes(const std::string& format, const std::string& wanted) {
        return eventually([&] { return daemon.inspect("it", format) == wanted; });
    }
};

TEST_F(RestartPolicies, OnFailureTriesAsOftenAsAsked) {
    run_detached({"--restart", "on-failure:2", "busybox", "sh", "-c", "echo run; exit 7"});
    EXPECT_TRUE(becomes("{{.State.Status}} {{.RestartCount}}", "exited 2"));
    EXPECT_EQ(daemon.docker_output({"logs", "it"}), "run\nrun\nrun");
    EXPECT_EQ(daemon.inspect("it", "{{.State.ExitCode}}"), "7");
}

TEST_F(RestartPolicies, OnFailureLeavesASuccessAlone) {
    run_detached({"--restart", "on-failure", "busybox", "true"});
    EXPECT_TRUE(becomes("{{.State.Status}} {{.RestartCount}}", "exited 0"));
}

TEST_F(RestartPolicies, AlwaysGoesOnUntilSomebodyStopsIt) {
    run_detached({"--restart", "always", "busybox", "sh", "-c", "exit 0"});
    EXPECT_TRUE(
        eventually([&] { return std::stoi(daemon.inspect("it", "{{.RestartCount}}")) >= 3; }));
    EXPECT_TRUE(becomes("{{.State.Status}} {{.State.Running}}", "restarting true"));
    daemon.docker_output({"stop", "it"});
    EXPECT_EQ(daemon.inspect("it", "{{.State.Status}}"), "exited");
    const std::string count = daemon.inspect("it", "{{.RestartCount}}");
    const timespec longer_than_the_delay{.tv_sec = 1, .tv_nsec = 0};
    ::nanosleep(&longer_than_the_delay, nullptr);
    EXPECT_EQ(daemon.inspect("it", "{{.RestartCount}} {{.State.Status}}"), count + " exited");
}

TEST_F(RestartPolicies, ARestartingContainerIsRemovedByForce) {
    run_detached({"--restart", "always", "busybox", "false"});
    EXPECT_TRUE(becomes("{{.State.Status}}", "restarting"));
    EXPECT_NE(daemon.docker({"rm", "it"}).status, 0);
    daemon.docker_output({"rm", "--force", "it"});
}

/// A runtime that takes a second to make a container.
std::string slow_runtime(const TempDir& folder) {
    std::string path = folder / "slow";
    write_all(open_file(path, O_WRONLY | O_CREAT, 0755).get(),
              "#!/bin/sh\ncase \"$*\" in *create*) sleep 1 ;; esac\nexec " + program("minirun") +
                  " \"$@\"\n",
              path);
    return path;
}

TEST(RestartUnderWay, IsEndedWithItsContainer) {
    const TempDir folder;
    TestDaemon daemon{{.runtime = slow_runtime(folder), .arguments = {}}};
    for (const char* name : {"stopped", "killed", "removed"}) {
        daemon.docker_output({"run", "--detach", "--name", name, "--restart", "always", "busybox",
                              "sh", "-c", "[ -e /second ] && sleep 100; touch /second; exit 1"});
        EXPECT_TRUE(
            eventually([&] { return daemon.inspect(name, "{{.State.Status}}") == "restarting"; }));
        ::usleep(500'000);  // it waits for 0.1 s, and then the runtime is at work
        if (name == std::string{"stopped"}) {
            daemon.docker_output({"stop", "--time", "0", name});
        } else if (name == std::string{"killed"}) {
            daemon.docker_output({"kill", name});
        } else {
            daemon.docker_output({"rm", "--force", name});
        }
    }
    EXPECT_EQ(daemon.docker_output({"ps", "--quiet"}), "");
}

TEST_F(RestartPolicies, WhatIsKilledStaysDown) {
    run_detached({"--restart", "always", "busybox", "sleep", "100"});
    daemon.docker_output({"kill", "it"});
    EXPECT_TRUE(becomes("{{.State.Status}} {{.State.ExitCode}}", "exited 137"));
}

TEST_F(RestartPolicies, ADaemonStartsWhatShouldRun) {
    run_detached({"--restart", "unless-stopped", "busybox", "sleep", "100"});
    daemon.docker_output({"run", "-d", "--name", "stopped", "--restart", "unless-stopped",
                          "busybox", "sleep", "100"});
    daemon.docker_output({"stop", "-t", "0", "stopped"});
    daemon.kill();
    daemon.start();
    EXPECT_TRUE(becomes("{{.State.Status}} {{.RestartCount}}", "running 0"));
    EXPECT_EQ(daemon.inspect("stopped", "{{.State.Status}}"), "exited");
}

TEST_F(RestartPolicies, RestartOfARunThatRemovesItselfKeepsIt) {
    run_detached({"--rm", "busybox", "sleep", "100"});
    daemon.docker_output({"restart", "-t", "0", "it"});
    EXPECT_EQ(daemon.inspect("it", "{{.State.Status}}"), "running");
    daemon.docker_output({"stop", "-t", "0", "it"});
    EXPECT_TRUE(eventually([&] { return daemon.docker({"inspect", "it"}).status != 0; }));
}

}  // namespace
}  // namespace minidock::test
