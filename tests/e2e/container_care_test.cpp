// What is done about running containers: top, stats, update, prune, health checks, an init, shared
// namespaces and logs that do not grow for ever.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "minidock/base/json.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;

class ContainerCare : public testing::Test {
  protected:
    TestDaemon daemon;

    std::string output(std::vector<std::string> words) {
        return daemon.docker_output(std::move(words));
    }
    std::string run_detached(std::vector<std::string> words) {
        words.insert(words.begin(), {"run", "--detach"});
        return output(std::move(words));
    }
};

TEST_F(ContainerCare, TopShowsItsProcessesOnly) {
    run_detached({"--name", "box", "busybox", "sleep", "4321"});
    EXPECT_THAT(output({"top", "box"}), HasSubstr("sleep 4321"));
    EXPECT_THAT(output({"top", "box", "-o", "pid,comm"}), HasSubstr("sleep"));
    EXPECT_THAT(output({"top", "box"}), testing::Not(HasSubstr("minidockd")));
    output({"kill", "box"});
    EXPECT_THAT(daemon.docker({"top", "box"}).err, HasSubstr("is not running"));
}

TEST_F(ContainerCare, StatsTellMemoryProcessorsAndProcesses) {
    run_detached({"--name", "busy", "-m", "64m", "busybox", "sh", "-c", "while :; do :; done"});
    const Json stats =
        parse_json(output({"stats", "--no-stream", "--format", "{{json .}}", "busy"}), "stats");
    EXPECT_EQ(stats["Name"], "busy");
    EXPECT_EQ(stats["PIDs"], "1");
    EXPECT_THAT(stats["MemUsage"].get<std::string>(), HasSubstr("/ 64MiB"));
    EXPECT_GT(std::stod(stats["CPUPerc"].get<std::string>()), 1.0);
}

TEST_F(ContainerCare, UpdateChangesLimitsAndPolicy) {
    run_detached({"--name", "box", "busybox", "sleep", "100"});
    output({"update", "--memory", "32m", "--memory-swap", "-1", "--pids-limit", "7", "--restart",
            "always", "box"});
    EXPECT_EQ(daemon.inspect("box",
                             "{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}} "
                             "{{.HostConfig.RestartPolicy.Name}}"),
              "33554432 7 always");
    const Json stats =
        parse_json(output({"stats", "--no-stream", "--format", "{{json .}}", "box"}), "stats");
    EXPECT_THAT(stats["MemUsage"].get<std::string>(), HasSubstr("/ 32MiB"));
    EXPECT_NE(daemon.docker({"update", "--memory", "1m", "box"}).status, 0);
}

TEST_F(ContainerCare, PruneTakesWhatDoesNotRun) {
    run_detached({"--name", "runs", "busybox", "sleep", "100"});
    (void)daemon.docker({"run", "--name", "over", "--label", "keep", "busybox", "true"});
    (void)daemon.docker({"create", "--name", "never", "busybox", "true"});
    output({"container", "prune", "--force", "--filter", "label!=keep"});
    EXPECT_EQ(output({"ps", "-a", "--format", "{{.Names}}"}), "over\nruns");
    EXPECT_THAT(output({"container", "prune", "--force"}), HasSubstr("Deleted Containers:"));
    EXPECT_EQ(output({"ps", "-a", "--format", "{{.Names}}"}), "runs");
}

TEST_F(ContainerCare, HealthFollowsTheChecks) {
    run_detached({"--name", "box", "--health-cmd", "test -e /tmp/well", "--health-interval",
                  "100ms", "--health-retries", "2", "busybox", "sleep", "100"});
    EXPECT_TRUE(eventually(
        [&] { return daemon.inspect("box", "{{.State.Health.Status}}") == "unhealthy"; }));
    output({"exec", "box", "touch", "/tmp/well"});
    EXPECT_TRUE(
        eventually([&] { return daemon.inspect("box", "{{.State.Health.Status}}") == "healthy"; }));
    EXPECT_THAT(output({"ps", "--filter", "health=healthy", "--format", "{{.Status}}"}),
                HasSubstr("(healthy)"));
}

TEST_F(ContainerCare, AnInitReapsAndPassesSignalsOn) {
    run_detached({"--name", "box", "--init", "busybox", "sh", "-c",
                  "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.1; done"});
    EXPECT_TRUE(eventually([&] { return daemon.docker({"logs", "box"}).out == "up\n"; }));
    EXPECT_THAT(output({"exec", "box", "cat", "/proc/1/cmdline"}), HasSubstr("docker-init"));
    output({"stop", "box"});
    EXPECT_EQ(daemon.inspect("box", "{{.State.ExitCode}}"), "3");
    EXPECT_EQ(daemon.docker({"run", "--rm", "--init", "busybox", "sh", "-c", "exit 9"}).status, 9);
}

TEST_F(ContainerCare, NamespacesAreShared) {
    run_detached({"--name", "donor", "--ipc", "shareable", "busybox", "sleep", "4321"});
    const auto joined = [&](const char* option, const char* script) {
        return output({"run", "--rm", option, "container:donor", "busybox", "sh", "-c", script});
    };
    EXPECT_THAT(joined("--pid", "ps"), HasSubstr("sleep 4321"));
    output({"exec", "donor", "touch", "/dev/shm/shared"});
    EXPECT_EQ(joined("--ipc", "ls /dev/shm"), "shared");
    const std::string network = output({"exec", "donor", "readlink", "/proc/self/ns/net"});
    EXPECT_EQ(joined("--network", "readlink /proc/self/ns/net"), network);
    EXPECT_NE(daemon.docker({"run", "--rm", "--pid", "container:nobody", "busybox", "true"}).status,
              0);
}

TEST_F(ContainerCare, LogsAreRotatedAndReadAsOne) {
    (void)daemon.docker({"run", "--name", "box", "--log-opt", "max-size=4k", "--log-opt",
                         "max-file=3", "busybox", "seq", "1", "300"});
    const std::string path = daemon.inspect("box", "{{.LogPath}}");
    EXPECT_TRUE(std::filesystem::exists(path + ".2"));
    EXPECT_FALSE(std::filesystem::exists(path + ".3"));
    const std::string all = output({"logs", "box"});
    EXPECT_TRUE(all.ends_with("\n299\n300"));
    EXPECT_THAT(all, HasSubstr("\n250\n251\n"));
    std::string last;
    for (int number = 201; number <= 300; ++number)
        last += std::to_string(number) + (number < 300 ? "\n" : "");
    EXPECT_EQ(output({"logs", "--tail", "100", "box"}), last);
    EXPECT_THAT(daemon.docker({"run", "--log-opt", "nonsense=1", "busybox", "true"}).err,
                HasSubstr("unknown log opt 'nonsense'"));
}

TEST_F(ContainerCare, FollowedLogsLoseNothingWhenTheFileIsReplaced) {
    run_detached({"--name", "box", "--log-opt", "max-size=2k", "--log-opt", "max-file=5", "busybox",
                  "sh", "-c", "for i in $(seq 1 200); do echo $i; usleep 5000; done"});
    std::string all;
    for (int number = 1; number <= 200; ++number)
        all += std::to_string(number) + (number < 200 ? "\n" : "");
    EXPECT_EQ(output({"logs", "--follow", "box"}), all);
}

TEST_F(ContainerCare, OldLogsArePackedAndReadAllTheSame) {
    (void)daemon.docker({"run", "--name", "box", "--log-opt", "max-size=4k", "--log-opt",
                         "max-file=9", "--log-opt", "compress=true", "busybox", "seq", "1", "300"});
    const std::string path = daemon.inspect("box", "{{.LogPath}}");
    EXPECT_TRUE(eventually([&] {
        return std::filesystem::exists(path + ".1.gz") && !std::filesystem::exists(path + ".1");
    }));
    EXPECT_TRUE(std::filesystem::exists(path + ".5.gz"));
    EXPECT_EQ(run({"sh", "-c", "zcat " + path + ".5.gz | head -n 1 | cut -c1-10"}).out,
              "{\"log\":\"1\\\n");
    std::string all;
    for (int number = 1; number <= 300; ++number)
        all += std::to_string(number) + (number < 300 ? "\n" : "");
    EXPECT_EQ(output({"logs", "box"}), all);
    EXPECT_EQ(output({"logs", "--tail", "150", "box"}), all.substr(all.find("151\n")));
}

TEST_F(ContainerCare, FollowedLogsLoseNothingWhenFilesArePacked) {
    run_detached({"--name", "box", "--log-opt", "max-size=2k", "--log-opt", "max-file=5",
                  "--log-opt", "compress=true", "busybox", "sh", "-c",
                  "for i in $(seq 1 200); do echo $i; usleep 5000; done"});
    std::string all;
    for (int number = 1; number <= 200; ++number)
        all += std::to_string(number) + (number < 200 ? "\n" : "");
    EXPECT_EQ(output({"logs", "--follow", "box"}), all);
}

TEST_F(ContainerCare, AKilledPausedContainerEnds) {
    run_detached({"--name", "box", "busybox", "sleep", "100"});
    output({"pause", "box"});
    output({"kill", "box"});
    EXPECT_EQ(output({"wait", "box"}), "137");
}

}  // namespace
}  // namespace minidock::test
