// `docker exec` through the official client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/support/pty.hpp"
#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;

/// What the shim asks of a runtime is the same for all of them.
class Exec : public testing::TestWithParam<const char*> {
  protected:
    TestDaemon daemon{TestDaemon::Options{.runtime = GetParam()}};

    void SetUp() override {
        daemon.docker_output(
            {"run", "-d", "--name", "box", "-e", "A=1", "-w", "/tmp", "busybox", "sleep", "1000"});
    }
    Outcome exec(std::vector<std::string> words, std::string input = {}) {
        words.insert(words.begin(), "exec");
        return daemon.docker(std::move(words), std::move(input));
    }
};

TEST_P(Exec, RunsInTheContainerAndTellsItsExitCode) {
    const Outcome run = exec({"box", "sh", "-c", "echo $A $PWD; echo oh >&2; exit 5"});
    EXPECT_EQ(run.status, 5);
    EXPECT_EQ(run.out, "1 /tmp\n");
    EXPECT_EQ(run.err, "oh\n");
    EXPECT_THAT(exec({"box", "ps"}).out, HasSubstr("sleep 1000"));
}

TEST_P(Exec, PassesInputAndItsEnd) {
    const Outcome run = exec({"-i", "box", "wc", "-c"}, std::string(200000, 'x'));
    EXPECT_EQ(run.out, "200000\n") << run.err;
}

TEST_P(Exec, DeliversAllOfABigOutput) {
    EXPECT_EQ(exec({"box", "seq", "1", "100000"}).out.size(), 588895U);
}

TEST_P(Exec, TakesEnvironmentFolderAndUser) {
    const Outcome run =
        exec({"-e", "A=2", "-e", "B=3", "-w", "/", "-u", "1234:5678", "box", "sh", "-c",
              "echo $A $B $PWD $(id -u):$(id -g); grep CapEff /proc/self/status"});
    EXPECT_EQ(run.out, "2 3 / 1234:5678\nCapEff:\t0000000000000000\n") << run.err;
}

TEST_P(Exec, PrivilegedHasAllCapabilities) {
    const std::string capabilities = "grep CapBnd /proc/self/status";
    const std::string usual = exec({"box", "sh", "-c", capabilities}).out;
    const std::string all = exec({"--privileged", "box", "sh", "-c", capabilities}).out;
    EXPECT_NE(usual, all);
}

TEST_P(Exec, DetachedGoesOnAlone) {
    EXPECT_EQ(exec({"-d", "box", "sh", "-c", "sleep 0.2; echo done > /tmp/proof"}).status, 0);
    EXPECT_TRUE(eventually([&] { return exec({"box", "cat", "/tmp/proof"}).out == "done\n"; }));
}

TEST_P(Exec, AMissingProgramIs127) {
    const Outcome run = exec({"box", "no-such-program"});
    EXPECT_EQ(run.status, 127) << run.out << run.err;
    EXPECT_THAT(run.out + run.err, HasSubstr("no-such-program"));
    EXPECT_EQ(exec({"box", "/etc/passwd"}).status, 126);
}

TEST_P(Exec, NeedsARunningContainer) {
    daemon.docker_output({"pause", "box"});
    EXPECT_THAT(exec({"box", "true"}).err, HasSubstr("is paused"));
    daemon.docker_output({"unpause", "box"});
    daemon.docker_output({"kill", "box"});
    EXPECT_THAT(exec({"box", "true"}).err, HasSubstr("is not running"));
    EXPECT_THAT(exec({"nobody", "true"}).err, HasSubstr("No such container: nobody"));
}

TEST_P(Exec, OfATerminalHasItsSizeAndEcho) {
    Pty terminal{{"docker", "--host", daemon.host(), "exec", "-it", "box", "sh"}, 33, 111};
    terminal.read_until("# ");
    terminal.type("stty size; tty\n");
    EXPECT_THAT(terminal.read_until("/dev/pts"), HasSubstr("33 111"));
    terminal.resize(44, 122);
    EXPECT_TRUE(eventually([&] {
        terminal.type("stty size\n");
        return terminal.read_until("\n/tmp").find("44 122") != std::string::npos;
    }));
    terminal.type("exit 7\n");
    terminal.read_all();
    EXPECT_EQ(terminal.wait().code, 7);
}

/// What ends while others begin: streams of the one must not be taken for those of the other.
TEST_P(Exec, ManyAtOnceDoNotDisturbOneAnother) {
    std::vector<std::thread> users;
    std::vector<Outcome> outcomes(12);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        users.emplace_back([&, i] {
            const std::string number = std::to_string(i);
            outcomes[i] = exec({"box", "sh", "-c", "echo " + number + "; exit " + number});
        });
    }
    for (std::thread& user : users)
        user.join();
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        EXPECT_EQ(outcomes[i].status, static_cast<int>(i)) << outcomes[i].out << outcomes[i].err;
        EXPECT_EQ(outcomes[i].out, std::to_string(i) + "\n");
    }
}

TEST_P(Exec, EndsWithTheContainer) {
    std::thread killer{[&] {
        eventually([&] { return exec({"box", "test", "-e", "/tmp/up"}).status == 0; });
        (void)daemon.docker({"kill", "box"});
    }};
    const Outcome run = exec({"box", "sh", "-c", "touch /tmp/up; sleep 100"});
    killer.join();
    EXPECT_EQ(run.status, 137);
}

// Without a path it is minirun.
INSTANTIATE_TEST_SUITE_P(With, Exec, testing::Values("", "/usr/sbin/runc"),
                         [](const auto& instance) {
                             return *instance.param == '\0' ? "minirun" : "runc";
                         });

}  // namespace
}  // namespace minidock::test
