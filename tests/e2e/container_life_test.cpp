// The life of a container through the official client: what users type, and what they must get.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <regex>
#include <thread>

#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class ContainerLife : public testing::Test {
  protected:
    TestDaemon daemon;

    Outcome docker(std::vector<std::string> words, std::string input = {}) {
        return daemon.docker(std::move(words), std::move(input));
    }
    std::string output(std::vector<std::string> words) {
        return daemon.docker_output(std::move(words));
    }
    std::string run_detached(std::vector<std::string> words) {
        words.insert(words.begin(), {"run", "--detach"});
        return output(std::move(words));
    }
    /// It may not even be there yet.
    bool becomes(const std::string& container, const std::string& status) {
        return eventually([&] {
            const Outcome state = docker({"inspect", "--format", "{{.State.Status}}", container});
            return state.out == status + "\n";
        });
    }
};

TEST_F(ContainerLife, RunPrintsWhatTheProgramPrints) {
    const Outcome run = docker({"run", "--rm", "busybox", "sh", "-c", "echo hi; echo oh >&2"});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(run.out, "hi\n");
    EXPECT_THAT(run.err, HasSubstr("oh\n"));
}

TEST_F(ContainerLife, RunExitsAsTheProgramDoes) {
    EXPECT_EQ(docker({"run", "--rm", "busybox", "sh", "-c", "exit 42"}).status, 42);
}

TEST_F(ContainerLife, RunExitsWith128AndMoreAfterASignal) {
    std::thread killer{[&] {
        becomes("victim", "running");
        docker({"kill", "victim"});
    }};
    EXPECT_EQ(docker({"run", "--name", "victim", "busybox", "sleep", "100"}).status, 137);
    killer.join();
}

TEST_F(ContainerLife, RunPassesInputAndItsEnd) {
    const Outcome run =
        docker({"run", "--rm", "-i", "busybox", "wc", "-c"}, std::string(100000, 'x'));
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(run.out, "100000\n");
}

TEST_F(ContainerLife, RunDeliversAllOfABigOutput) {
    const Outcome run = docker({"run", "--rm", "busybox", "seq", "1", "200000"});
    EXPECT_EQ(run.out.size(), 1288895U);
    EXPECT_TRUE(run.out.ends_with("\n200000\n"));
}

TEST_F(ContainerLife, RunRmLeavesNoContainer) {
    docker({"run", "--rm", "busybox", "true"});
    EXPECT_EQ(output({"ps", "--all", "--quiet"}), "");
}

TEST_F(ContainerLife, AContainerIsIsolated) {
    const std::string script = "hostname; id -u; echo $$; ls /; cat /proc/1/comm";
    const Outcome run = docker({"run", "--rm", "--hostname", "box", "busybox", "sh", "-c", script});
    EXPECT_THAT(run.out, testing::StartsWith("box\n0\n1\nbin\n"));
}

TEST_F(ContainerLife, EnvironmentDirectoryUserAndEntrypointAreAsAsked) {
    const Outcome run =
        docker({"run", "--rm", "-e", "A=1", "-e", "PATH=/bin", "-w", "/tmp", "-u", "1234:5678",
                "--entrypoint", "sh", "busybox", "-c", "echo $A $PATH $PWD $(id -u):$(id -g)"});
    EXPECT_EQ(run.out, "1 /bin /tmp 1234:5678\n") << run.err;
}

TEST_F(ContainerLife, DetachedContainersAreListedInspectedAndStopped) {
    const std::string id = run_detached({"--name", "web", "busybox", "sleep", "100"});
    EXPECT_THAT(id, MatchesRegex("[0-9a-f]{64}"));
    const std::string row = output({"ps", "--format", "{{.Names}} {{.Image}} {{.Status}} {{.ID}}"});
    EXPECT_THAT(row, MatchesRegex("web busybox Up .* " + id.substr(0, 12)));
    EXPECT_EQ(daemon.inspect("web", "{{.State.Running}} {{.Name}} {{.Path}} {{.Args}}"),
              "true /web sleep [100]");
    // sleep is PID 1 and has no handler for SIGTERM: only SIGKILL ends it.
    EXPECT_EQ(output({"stop", "-t", "1", "web"}), "web");
    EXPECT_EQ(daemon.inspect("web", "{{.State.Status}} {{.State.ExitCode}}"), "exited 137");
    EXPECT_EQ(output({"rm", "web"}), "web");
    EXPECT_EQ(output({"ps", "--all", "--quiet"}), "");
}

TEST_F(ContainerLife, StopGivesTheProgramTimeToEnd) {
    run_detached({"--name", "polite", "busybox", "sh", "-c",
                  "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.1; done"});
    ASSERT_TRUE(eventually([&] { return docker({"logs", "polite"}).out == "up\n"; }));
    output({"stop", "polite"});
    EXPECT_EQ(daemon.inspect("polite", "{{.State.ExitCode}}"), "3");
    EXPECT_EQ(docker({"logs", "polite"}).out, "up\nbye\n");
}

TEST_F(ContainerLife, AStoppedContainerStartsAgainWithItsFiles) {
    output({"run", "--name", "again", "busybox", "sh", "-c", "echo x >> /count; wc -l < /count"});
    EXPECT_EQ(output({"start", "--attach", "again"}), "2");
    EXPECT_EQ(output({"logs", "again"}), "1\n2");
}

TEST_F(ContainerLife, LogsFollowsUntilTheEnd) {
    run_detached({"--name", "talker", "busybox", "sh", "-c",
                  "for i in 1 2 3; do echo $i; sleep 0.1; done; echo end >&2"});
    const Outcome logs = docker({"logs", "--follow", "talker"});
    EXPECT_EQ(logs.out, "1\n2\n3\n");
    EXPECT_EQ(logs.err, "end\n");
}

TEST_F(ContainerLife, LogsShowsTheTailWithTimes) {
    output({"run", "--name", "counter", "busybox", "seq", "1", "20"});
    EXPECT_EQ(output({"logs", "--tail", "2", "counter"}), "19\n20");
    const std::string line = output({"logs", "--tail", "1", "--timestamps", "counter"});
    EXPECT_TRUE(std::regex_match(line, std::regex{R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z 20)"}))
        << line;
    EXPECT_EQ(output({"logs", "--until", "2020-01-01T00:00:00Z", "counter"}), "");
}

TEST_F(ContainerLife, KillSendsTheSignalThatIsNamed) {
    run_detached({"--name", "victim", "busybox", "sh", "-c",
                  "trap 'exit 5' USR1; echo up; while :; do sleep 0.1; done"});
    ASSERT_TRUE(eventually([&] { return docker({"logs", "victim"}).out == "up\n"; }));
    output({"kill", "--signal", "USR1", "victim"});
    ASSERT_TRUE(becomes("victim", "exited"));
    EXPECT_EQ(daemon.inspect("victim", "{{.State.ExitCode}}"), "5");
}

TEST_F(ContainerLife, RenameGivesTheOldNameFree) {
    output({"create", "--name", "one", "busybox", "true"});
    output({"rename", "one", "two"});
    EXPECT_EQ(output({"ps", "--all", "--format", "{{.Names}}"}), "two");
    output({"create", "--name", "one", "busybox", "true"});
}

TEST_F(ContainerLife, PausedContainersStandStill) {
    run_detached({"--name", "still", "busybox", "sleep", "100"});
    output({"pause", "still"});
    EXPECT_EQ(daemon.inspect("still", "{{.State.Status}}"), "paused");
    output({"unpause", "still"});
    EXPECT_EQ(daemon.inspect("still", "{{.State.Status}}"), "running");
}

TEST_F(ContainerLife, LimitsArriveInTheContainer) {
    const Outcome run =
        docker({"run", "--rm", "--memory", "64m", "--cpus", "0.5", "--pids-limit", "20", "busybox",
                "sh", "-c",
                "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes "
                "2>/dev/null"});
    EXPECT_EQ(run.out, "67108864\n") << run.err;
}

TEST_F(ContainerLife, AnOutOfMemoryKillIsReported) {
    docker({"run", "--name", "hungry", "--memory", "16m", "busybox", "sh", "-c",
            "head -c 100m /dev/zero | tail -c 90m > /dev/null; exec tail /dev/zero"});
    EXPECT_EQ(daemon.inspect("hungry", "{{.State.OOMKilled}} {{.State.ExitCode}}"), "true 137");
}

TEST_F(ContainerLife, AReadOnlyRootCannotBeWrittenTo) {
    const Outcome run = docker({"run", "--rm", "--read-only", "busybox", "touch", "/x"});
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.err, HasSubstr("Read-only file system"));
}

TEST_F(ContainerLife, NetworkNoneHasOnlyALoopbackThatIsUp) {
    const Outcome run = docker({"run", "--rm", "--network", "none", "busybox", "ip", "addr"});
    EXPECT_THAT(run.out, HasSubstr("127.0.0.1/8"));
    EXPECT_THAT(run.out, testing::Not(HasSubstr("eth0")));
}

TEST_F(ContainerLife, NetworkHostIsTheHosts) {
    const std::string inside =
        output({"run", "--rm", "--network", "host", "busybox", "readlink", "/proc/self/ns/net"});
    EXPECT_EQ(inside + "\n", run({"readlink", "/proc/self/ns/net"}).out);
}

TEST_F(ContainerLife, ListsCanBeFiltered) {
    output({"create", "--name", "red", "--label", "colour=red", "busybox", "true"});
    output({"create", "--name", "blue", "--label", "colour=blue", "busybox", "true"});
    const auto names = [&](const std::string& filter) {
        return output({"ps", "--all", "--format", "{{.Names}}", "--filter", filter});
    };
    EXPECT_EQ(names("label=colour=red"), "red");
    EXPECT_EQ(names("name=^/blue$"), "blue");
    EXPECT_EQ(names("label=colour"), "blue\nred");
    EXPECT_EQ(names("status=running"), "");
    EXPECT_EQ(names("ancestor=busybox"), "blue\nred");
    const Outcome wrong = docker({"ps", "--filter", "nonsense=1"});
    EXPECT_EQ(wrong.status, 1);
    EXPECT_THAT(wrong.err, HasSubstr("invalid filter 'nonsense'"));
}

TEST_F(ContainerLife, FiftyContainersAtOnce) {
    std::vector<std::thread> users;
    std::vector<Outcome> outcomes(50);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        users.emplace_back([&, i] {
            outcomes[i] =
                docker({"run", "--rm", "busybox", "sh", "-c", "exit " + std::to_string(i)});
        });
    }
    for (std::thread& user : users)
        user.join();
    for (std::size_t i = 0; i < outcomes.size(); ++i)
        EXPECT_EQ(outcomes[i].status, static_cast<int>(i)) << outcomes[i].err;
    EXPECT_EQ(output({"ps", "--all", "--quiet"}), "");
}

}  // namespace
}  // namespace minidock::test
