// The same commands by the official client and by ours, against one daemon: what a user types and
// what comes back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "tests/support/pty.hpp"
#include "tests/support/test_daemon.hpp"

namespace minidock {
namespace {

using test::Outcome;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

/// Each test runs once with either client. The daemon is shared: starting one for each test would
/// take most of the time.
class Clients : public testing::TestWithParam<std::string> {
  protected:
    static void SetUpTestSuite() { daemon_ = std::make_unique<test::TestDaemon>(); }
    static void TearDownTestSuite() { daemon_.reset(); }

    /// The words after the program's name, and what is typed.
    static Outcome client(std::vector<std::string> words, std::string input = {}) {
        return GetParam() == "docker" ? daemon_->docker(std::move(words), std::move(input))
                                      : daemon_->minidock(std::move(words), std::move(input));
    }
    /// The same on a terminal.
    static test::Pty terminal(const std::vector<std::string>& words, unsigned short rows = 24,
                              unsigned short columns = 80) {
        std::vector<std::string> all{GetParam() == "docker" ? "docker" : test::program("minidock"),
                                     "-H", daemon_->host()};
        all.insert(all.end(), words.begin(), words.end());
        return test::Pty{all, rows, columns};
    }
    /// A container's name that is this test's own.
    static std::string name() {
        std::string text = testing::UnitTest::GetInstance()->current_test_info()->name();
        std::replace(text.begin(), text.end(), '/', '-');
        return text;
    }
    static void expect_success(const Outcome& outcome) {
        ASSERT_EQ(outcome.status, 0) << outcome.err << daemon_->log();
    }

    static inline std::unique_ptr<test::TestDaemon> daemon_;
};

INSTANTIATE_TEST_SUITE_P(Either, Clients, testing::Values("docker", "minidock"),
                         [](const auto& test) { return test.param; });

TEST_P(Clients, RunPrintsWhatTheContainerPrints) {
    const Outcome outcome = client({"run", "--rm", "--network", "none", "busybox", "echo", "hi"});
    expect_success(outcome);
    EXPECT_EQ(outcome.out, "hi\n");
    EXPECT_EQ(outcome.err, "");
}

TEST_P(Clients, RunKeepsOutputAndErrorsApart) {
    const Outcome outcome =
        client({"run", "--rm", "--network", "none", "busybox", "sh", "-c", "echo a; echo b >&2"});
    EXPECT_EQ(outcome.out, "a\n");
    EXPECT_EQ(outcome.err, "b\n");
}

TEST_P(Clients, RunEndsAsTheContainerDid) {
    EXPECT_EQ(client({"run", "--rm", "busybox", "sh", "-c", "exit 42"}).status, 42);
    EXPECT_EQ(client({"run", "--rm", "busybox", "sh", "-c", "kill -TERM $$; exit 0"}).status, 0)
        << "PID 1 has no default action for a signal from inside";
}

TEST_P(Clients, RunPassesInputUntilItsEnd) {
    std::string input;
    for (int i = 0; i < 20'000; ++i)
        input += "line " + std::to_string(i) + "\n";
    const Outcome outcome = client({"run", "-i", "--rm", "busybox", "cat"}, input);
    expect_success(outcome);
    EXPECT_EQ(outcome.out, input);
}

TEST_P(Clients, RunGivesAllOfALongOutput) {
    const Outcome outcome = client({"run", "--rm", "busybox", "seq", "100000"});
    expect_success(outcome);
    EXPECT_THAT(outcome.out, StartsWith("1\n2\n"));
    EXPECT_THAT(outcome.out, EndsWith("\n100000\n"));
    EXPECT_EQ(outcome.out.size(), 588'895u);
}

TEST_P(Clients, RunSetsWhatItIsTold) {
    const Outcome outcome =
        client({"run", "--rm", "-e", "A=1", "-w", "/tmp", "-h", "box", "-u", "1000:1000", "busybox",
                "sh", "-c", "echo $A $(pwd) $(hostname) $(id -u):$(id -g)"});
    expect_success(outcome);
    EXPECT_EQ(outcome.out, "1 /tmp box 1000:1000\n");
}

TEST_P(Clients, RunReplacesTheEntrypoint) {
    const Outcome outcome =
        client({"run", "--rm", "--entrypoint", "/bin/echo", "busybox", "one", "two"});
    EXPECT_EQ(outcome.out, "one two\n");
}

TEST_P(Clients, RunMountsTheRootReadOnlyWhenAsked) {
    const Outcome outcome = client({"run", "--rm", "--read-only", "busybox", "touch", "/x"});
    EXPECT_NE(outcome.status, 0);
    EXPECT_THAT(outcome.err, HasSubstr("Read-only file system"));
}

TEST_P(Clients, RunWithoutANetworkHasOnlyItsLoopback) {
    const Outcome outcome =
        client({"run", "--rm", "--network", "none", "busybox", "ls", "/sys/class/net"});
    EXPECT_EQ(outcome.out, "lo\n");
}

TEST_P(Clients, WhatCannotRunHasTheExitCodeOfAShell) {
    const Outcome missing = client({"run", "--rm", "busybox", "nosuchprogram"});
    EXPECT_EQ(missing.status, 127);
    EXPECT_THAT(missing.err, HasSubstr("nosuchprogram"));
    const Outcome not_executable = client({"run", "--rm", "busybox", "/etc/passwd"});
    EXPECT_EQ(not_executable.status, 126);
    EXPECT_THAT(not_executable.err, HasSubstr("/etc/passwd"));
    const Outcome no_image = client({"run", "--rm", "--name", name(), "nosuchimage"});
    EXPECT_EQ(no_image.status, 125);
    EXPECT_THAT(no_image.err, HasSubstr("nosuchimage"));
    EXPECT_THAT(client({"ps", "-a"}).out, Not(HasSubstr("nosuchprogram")));
}

TEST_P(Clients, ABadOrTakenNameIs125) {
    EXPECT_EQ(client({"run", "--rm", "--name", "no name", "busybox", "true"}).status, 125);
    expect_success(client({"create", "--name", name(), "busybox", "true"}));
    const Outcome taken = client({"run", "--rm", "--name", name(), "busybox", "true"});
    EXPECT_EQ(taken.status, 125);
    EXPECT_THAT(taken.err, HasSubstr(name()));
    expect_success(client({"rm", name()}));
}

TEST_P(Clients, ALimitBelowTheMinimumIs125) {
    const Outcome outcome = client({"run", "--rm", "-m", "1m", "busybox", "true"});
    EXPECT_EQ(outcome.status, 125);
    EXPECT_THAT(outcome.err, HasSubstr("6MB"));
}

TEST_P(Clients, AContainerInTheBackgroundIsListedLoggedStoppedAndRemoved) {
    const Outcome started = client({"run", "-d", "--name", name(), "--stop-timeout", "1", "busybox",
                                    "sh", "-c", "echo ready; sleep 1000"});
    expect_success(started);
    EXPECT_THAT(started.out, MatchesRegex("[0-9a-f]{64}\n"));
    const std::string id = started.out.substr(0, 12);

    const Outcome listed = client({"ps", "--filter", "name=" + name()});
    EXPECT_THAT(listed.out, StartsWith("CONTAINER ID   IMAGE     COMMAND"));
    EXPECT_THAT(listed.out, HasSubstr(id));
    EXPECT_THAT(listed.out, HasSubstr("Up "));
    EXPECT_EQ(client({"ps", "-q", "--filter", "name=" + name()}).out, id + "\n");
    EXPECT_EQ(client({"inspect", "-f", "{{.State.Status}} {{.Name}}", id}).out,
              "running /" + name() + "\n");

    EXPECT_EQ(client({"stop", name()}).out, name() + "\n");
    EXPECT_EQ(client({"logs", name()}).out, "ready\n");
    EXPECT_EQ(client({"inspect", "-f", "{{.State.ExitCode}}", id}).out, "137\n");
    EXPECT_EQ(client({"wait", name()}).out, "137\n");
    EXPECT_EQ(client({"ps", "-q", "--filter", "name=" + name()}).out, "");
    EXPECT_EQ(client({"rm", name()}).out, name() + "\n");
    EXPECT_NE(client({"inspect", name()}).status, 0);
}

TEST_P(Clients, KillSendsTheSignalThatIsNamed) {
    expect_success(client({"run", "-d", "--name", name(), "busybox", "sh", "-c",
                           "trap 'exit 7' USR1; echo ready; while :; do sleep 0.1; done"}));
    while (client({"logs", name()}).out != "ready\n") {
    }
    expect_success(client({"kill", "-s", "USR1", name()}));
    EXPECT_EQ(client({"wait", name()}).out, "7\n");
    expect_success(client({"rm", name()}));
}

TEST_P(Clients, LogsFollowUntilTheContainerEnds) {
    expect_success(client({"run", "-d", "--name", name(), "busybox", "sh", "-c",
                           "for i in 1 2 3; do echo $i; sleep 0.2; done; echo end >&2"}));
    const Outcome logs = client({"logs", "-f", name()});
    EXPECT_EQ(logs.out, "1\n2\n3\n");
    EXPECT_EQ(logs.err, "end\n");
    EXPECT_EQ(client({"logs", "--tail", "1", name()}).err, "end\n");
    EXPECT_THAT(client({"logs", "-t", name()}).out, MatchesRegex("20[0-9T:.-]+Z 1\n.*\n.*\n"));
    expect_success(client({"rm", name()}));
}

TEST_P(Clients, ARunningContainerIsNotRemovedUnlessForced) {
    expect_success(client({"run", "-d", "--name", name(), "busybox", "sleep", "1000"}));
    const Outcome refused = client({"rm", name()});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, HasSubstr("running"));
    expect_success(client({"rm", "-f", name()}));
    EXPECT_EQ(client({"ps", "-aq", "--filter", "name=" + name()}).out, "");
}

TEST_P(Clients, StartAttachedTalksWithACreatedContainer) {
    expect_success(client({"create", "-i", "--name", name(), "busybox", "cat"}));
    const Outcome outcome = client({"start", "-ai", name()}, "hello\n");
    expect_success(outcome);
    EXPECT_EQ(outcome.out, "hello\n");
    expect_success(client({"rm", name()}));
}

TEST_P(Clients, ImagesAreListedAndInspected) {
    const Outcome listed = client({"images"});
    EXPECT_THAT(listed.out, StartsWith("REPOSITORY   TAG       IMAGE ID       CREATED"));
    EXPECT_THAT(listed.out, HasSubstr("busybox      latest    "));
    EXPECT_THAT(client({"inspect", "-f", "{{.Id}}", "busybox"}).out,
                MatchesRegex("sha256:[0-9a-f]{64}\n"));
    EXPECT_NE(client({"rmi", "nosuchimage"}).status, 0);
}

TEST_P(Clients, ATerminalHasTheWindowsSizeAndFollowsIt) {
    test::Pty pty = terminal({"run", "-it", "--rm", "busybox", "sh"}, 31, 97);
    pty.type("stty size\n");
    EXPECT_THAT(pty.read_until("31 97"), EndsWith("31 97"));
    EXPECT_FALSE(pty.cooked());
    pty.type("echo re''ady; while [ \"$(stty size)\" = '31 97' ]; do sleep 0.1; done; stty size\n");
    pty.read_until("ready\r\n");
    pty.resize(44, 133);
    EXPECT_THAT(pty.read_until("44 133"), EndsWith("44 133"));
    pty.type("exit 5\n");
    pty.read_all();
    EXPECT_EQ(pty.wait().shell_code(), 5);
}

TEST_P(Clients, ATerminalsInterruptReachesTheContainer) {
    test::Pty pty = terminal({"run", "-it", "--rm", "busybox", "sh", "-c",
                              "trap 'echo caught; exit 3' INT; echo ready; "
                              "while :; do sleep 0.1; done"});
    pty.read_until("ready");
    pty.type("\x03");
    EXPECT_THAT(pty.read_all(), HasSubstr("caught"));
    EXPECT_EQ(pty.wait().shell_code(), 3);
}

TEST_P(Clients, DetachKeysLetGoOfAContainerThatGoesOn) {
    test::Pty pty = terminal({"run", "-it", "--name", name(), "busybox", "sh"});
    pty.type("echo re''ady\n");
    pty.read_until("ready");
    pty.type("\x10\x11");
    pty.read_all();
    EXPECT_EQ(pty.wait().shell_code(), 0);
    EXPECT_EQ(client({"inspect", "-f", "{{.State.Running}}", name()}).out, "true\n");

    test::Pty again = terminal({"attach", name()});
    again.type("echo ba''ck; exit 4\n");
    EXPECT_THAT(again.read_all(), HasSubstr("back"));
    EXPECT_EQ(again.wait().shell_code(), 4);
    expect_success(client({"rm", name()}));
}

TEST_P(Clients, VersionAndInfoTellOfTheDaemon) {
    EXPECT_EQ(client({"version", "--format", "{{.Server.Os}}"}).out, "linux\n");
    EXPECT_THAT(client({"info"}).out, HasSubstr("Storage Driver: overlay2"));
}

TEST_P(Clients, WhatIsNotServedYetIsSaid) {
    const Outcome outcome = client({"plugin", "ls"});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.err,
                HasSubstr(GetParam() == "docker" ? "this edition does not serve GET /plugins yet"
                                                 : "'plugin' is not a minidock command"));
}

}  // namespace
}  // namespace minidock
