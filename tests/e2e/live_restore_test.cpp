// The daemon is killed under running containers, started again, and has lost nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;

class LiveRestore : public testing::Test {
  protected:
    TestDaemon daemon;
    std::string run_detached(const std::string& name, const std::string& script) {
        return daemon.docker_output(
            {"run", "--detach", "--name", name, "busybox", "sh", "-c", script});
    }
    std::string state(const std::string& name) {
        return daemon.inspect(name, "{{.State.Status}} {{.State.ExitCode}}");
    }
};

TEST_F(LiveRestore, ContainersRunOn) {
    run_detached("on", "while :; do sleep 0.1; done");
    const std::string pid = daemon.inspect("on", "{{.State.Pid}}");
    daemon.kill();
    daemon.start();
    EXPECT_EQ(daemon.inspect("on", "{{.State.Status}} {{.State.Pid}}"), "running " + pid);
}

TEST_F(LiveRestore, LogsGoOn) {
    run_detached("talker", "for i in $(seq 1 30); do echo $i; sleep 0.1; done");
    daemon.kill();
    daemon.start();
    const Outcome logs = daemon.docker({"logs", "--follow", "talker"});
    EXPECT_THAT(logs.out, testing::StartsWith("1\n2\n"));
    EXPECT_THAT(logs.out, testing::EndsWith("\n30\n"));
}

TEST_F(LiveRestore, WaitGivesTheTrueExitCode) {
    run_detached("late", "sleep 2; exit 7");
    daemon.kill();
    daemon.start();
    EXPECT_EQ(daemon.docker_output({"wait", "late"}), "7");
}

TEST_F(LiveRestore, AnExitWhileNoDaemonRanIsKnown) {
    run_detached("early", "sleep 0.5; exit 9");
    daemon.kill();
    std::this_thread::sleep_for(std::chrono::seconds{2});
    daemon.start();
    EXPECT_EQ(state("early"), "exited 9");
}

TEST_F(LiveRestore, RestoredContainersCanBeStoppedAttachedAndRemoved) {
    daemon.docker_output({"run", "--detach", "-i", "--name", "cat", "busybox", "cat"});
    daemon.kill();
    daemon.start();
    daemon.docker_output({"stop", "-t", "0", "cat"});
    EXPECT_EQ(state("cat"), "exited 137");
    daemon.docker_output({"rm", "cat"});
}

TEST_F(LiveRestore, AContainerToBeRemovedAtItsEndIsRemovedAfterAll) {
    daemon.docker_output({"run", "--detach", "--rm", "--name", "brief", "busybox", "sleep", "1"});
    daemon.kill();
    std::this_thread::sleep_for(std::chrono::seconds{2});
    daemon.start();
    EXPECT_EQ(daemon.docker_output({"ps", "--all", "--quiet"}), "");
}

TEST_F(LiveRestore, AKilledShimEndsItsContainer) {
    run_detached("lost", "while :; do sleep 0.1; done");
    const std::string pid = daemon.inspect("lost", "{{.State.Pid}}");
    const Outcome parent = run({"ps", "-o", "ppid=", "-p", pid});
    ::kill(std::stoi(parent.out), SIGKILL);
    EXPECT_TRUE(eventually([&] { return state("lost") == "exited 255"; }));
    EXPECT_THAT(daemon.log(), HasSubstr("its shim is gone"));
}

TEST_F(LiveRestore, TheDaemonEndsQuicklyAndLeavesContainersRunning) {
    run_detached("on", "while :; do sleep 0.1; done");
    ::kill(daemon.pid(), SIGTERM);
    daemon.kill();
    daemon.start();
    EXPECT_EQ(state("on"), "running 0");
}

}  // namespace
}  // namespace minidock::test
