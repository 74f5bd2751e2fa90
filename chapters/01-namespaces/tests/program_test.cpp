// chapter01 as a user types it: what is in there, how it ends, what is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <sstream>
#include <thread>

#include "minidock/base/child.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/kernel/process.hpp"
#include "tests/support/command.hpp"

namespace minidock {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// The words after "chapter01".
test::Outcome chapter01(std::vector<std::string> words) {
    words.insert(words.begin(), test::program("chapter01"));
    return test::run(words);
}

test::Outcome run_script(std::vector<std::string> options, const std::string& script) {
    options.insert(options.begin(), "run");
    for (const char* word : {"sh", "-c"})
        options.emplace_back(word);
    options.push_back(script);
    return chapter01(options);
}

/// chapter01 in the background; what it prints first is read as one line.
class Background {
  public:
    explicit Background(std::vector<std::string> words)
        : child_{spawn({.path = test::program("chapter01"),
                        .arguments = with_name(std::move(words)),
                        .descriptors = {{output_.write_end.get(), STDOUT_FILENO}}})} {
        output_.write_end.reset();
    }
    Child& child() { return child_; }
    std::string line() {
        std::string text;
        for (char c = 0; ::read(output_.read_end.get(), &c, 1) == 1 && c != '\n';)
            text += c;
        return text;
    }

  private:
    static std::vector<std::string> with_name(std::vector<std::string> words) {
        words.insert(words.begin(), "chapter01");
        return words;
    }
    Pipe output_ = Pipe::make();
    Child child_;
};

/// The one child of a process, as the test sees it (proc(5), /proc/PID/task/TID/children).
pid_t child_of(pid_t pid) {
    const std::string number = std::to_string(pid);
    const std::string children = read_file("/proc/" + number + "/task/" + number + "/children");
    return children.empty() ? 0 : std::stoi(children);
}

/// Whether the process has ended; its new parent may not have reaped it yet.
bool has_ended(pid_t pid) {
    const std::string stat = test::run({"cat", "/proc/" + std::to_string(pid) + "/stat"}).out;
    return stat.empty() || stat.find(") Z ") != std::string::npos;
}

bool is_gone_soon(pid_t pid) {
    for (int i = 0; i < 200; ++i) {
        if (has_ended(pid)) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return false;
}

TEST(Chapter01, ACommandIsPid1AndSeesOnlyItsOwnProcesses) {
    EXPECT_EQ(run_script({}, "echo $$; ps -e -o pid= | wc -l").out, "1\n3\n") << "sh, ps and wc";
}

TEST(Chapter01, ItHasTheHostNameAskedFor) {
    EXPECT_EQ(chapter01({"run", "--hostname", "box", "hostname"}).out, "box\n");
}

TEST(Chapter01, ItSharesTheKindsAskedFor) {
    const auto links = [](const test::Outcome& outcome) { return outcome.out; };
    const std::string look = "readlink /proc/self/ns/net /proc/self/ns/uts";
    const std::string outside = test::run({"sh", "-c", look}).out;
    EXPECT_EQ(links(run_script({"--share", "network", "--share", "uts"}, look)), outside);
    EXPECT_NE(links(run_script({}, look)), outside);
}

TEST(Chapter01, UsersAreMappedAsAskedFor) {
    const auto outcome = run_script({"--user-map", "0:100000:10", "--user-map", "10:200000:5"},
                                    "id -u; cat /proc/self/uid_map");
    EXPECT_THAT(outcome.out, testing::MatchesRegex("0\n +0 +100000 +10\n +10 +200000 +5\n"));
}

TEST(Chapter01, ItsExitCodeIsPassedOn) {
    EXPECT_EQ(run_script({}, "exit 42").status, 42);
    EXPECT_EQ(run_script({"--init"}, "exit 42").status, 42);
    EXPECT_EQ(run_script({"--init"}, "kill -TERM $$").status, 128 + SIGTERM);
}

TEST(Chapter01, ACommandThatIsNotThereIs127) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"run", "no-such-command"},
          {"run", "--init", "no-such-command"}}) {
        const auto outcome = chapter01(words);
        EXPECT_EQ(outcome.status, 127);
        EXPECT_EQ(outcome.err,
                  "chapter01: exec: \"no-such-command\": executable file not found in $PATH\n");
    }
}

TEST(Chapter01, AFileThatIsNoProgramIs126) {
    const auto outcome = chapter01({"run", "/etc/passwd"});
    EXPECT_EQ(outcome.status, 126);
    EXPECT_EQ(outcome.err, "chapter01: exec: \"/etc/passwd\": permission denied\n");
}

TEST(Chapter01, AWrongWordIs125AndNamed) {
    const auto complaint = [](const std::vector<std::string>& words) {
        const auto outcome = chapter01(words);
        EXPECT_EQ(outcome.status, 125) << outcome.err;
        return outcome.err;
    };
    EXPECT_THAT(complaint({"run", "--share", "net", "true"}), HasSubstr("--share net"));
    EXPECT_THAT(complaint({"run", "--user-map", "0:1", "true"}), HasSubstr("\"0:1\""));
    EXPECT_THAT(complaint({"run", "--nonsense", "true"}), HasSubstr("--nonsense"));
    EXPECT_THAT(complaint({"run"}), HasSubstr("which command?"));
    EXPECT_THAT(complaint({"frobnicate"}), HasSubstr("frobnicate"));
    EXPECT_THAT(complaint({}), HasSubstr("subcommand"));
}

TEST(Chapter01, Pid1OfOursReapsOrphans) {
    const std::string make_orphan =
        "orphan=$(sh -c 'sleep 0.1 >/dev/null & echo $!'); sleep 0.4;"
        "[ -e /proc/$orphan ] && echo zombie || echo gone";
    EXPECT_EQ(run_script({"--init"}, make_orphan).out, "gone\n");
}

TEST(Chapter01, Pid1ThatIsNoInitLeavesZombies) {
    // sleep never waits for children, so it makes a bad PID 1.
    Background run{
        {"run", "sh", "-c", "sh -c 'sleep 0.1 >/dev/null & echo $!'; exec sleep 20 >/dev/null"}};
    const std::string orphan = run.line();
    const std::string pid_1 = std::to_string(child_of(run.child().pid()));
    std::this_thread::sleep_for(std::chrono::milliseconds{400});
    EXPECT_THAT(chapter01({"enter", pid_1, "cat", "/proc/" + orphan + "/stat"}).out,
                HasSubstr(" Z "));
}

TEST(Chapter01, SignalsReachTheCommandThroughPid1) {
    Background run{{"run", "--init", "sh", "-c",
                    "trap 'echo got TERM; exit 9' TERM; echo ready; sleep 20 & wait"}};
    ASSERT_EQ(run.line(), "ready");
    ASSERT_EQ(::kill(run.child().pid(), SIGTERM), 0);
    EXPECT_EQ(run.line(), "got TERM");
    EXPECT_EQ(run.child().wait().code, 9);
}

TEST(Chapter01, ItDiesWithTheOneWhoStartedIt) {
    for (const bool init : {false, true}) {
        std::vector<std::string> words{"run", "sh", "-c", "echo ready; sleep 20"};
        if (init) words.insert(words.begin() + 1, "--init");
        Background run{words};
        ASSERT_EQ(run.line(), "ready");
        const pid_t pid_1 = child_of(run.child().pid());
        ASSERT_EQ(::kill(run.child().pid(), SIGKILL), 0);
        EXPECT_TRUE(is_gone_soon(pid_1)) << "process " << pid_1 << " is left behind";
    }
}

TEST(Chapter01, WhatItStartedDiesWithPid1) {
    const auto outcome = run_script({}, "sleep 30 >/dev/null 2>&1 & readlink /proc/self/ns/pid");
    std::string of_sleep = test::run({"sh", "-c", "readlink /proc/[0-9]*/ns/pid"}).out;
    EXPECT_THAT(of_sleep, testing::Not(HasSubstr(outcome.out)));
}

/// A container of chapter01's in the background, and the PID of its PID 1.
struct Target {
    explicit Target(std::vector<std::string> options) : run{words(std::move(options))} {
        if (run.line() != "ready") throw std::runtime_error{"the container does not start"};
        pid_1 = std::to_string(child_of(run.child().pid()));
    }
    static std::vector<std::string> words(std::vector<std::string> options) {
        options.insert(options.begin(), "run");
        for (const char* word : {"--hostname", "target", "sh", "-c", "echo ready; sleep 20"}) {
            options.emplace_back(word);
        }
        return options;
    }
    Background run;
    std::string pid_1;
};

TEST(Chapter01, EnterLandsInAllNamespacesOfTheProcess) {
    const Target target{{"--user-map", "0:100000:65536"}};
    const auto links = [](const std::string& pid) {
        return "cd /proc/" + pid + "/ns && readlink cgroup ipc mnt net pid user uts";
    };
    const std::string theirs = test::run({"sh", "-c", links(target.pid_1)}).out;
    EXPECT_EQ(chapter01({"enter", target.pid_1, "sh", "-c", links("self")}).out, theirs);
    EXPECT_EQ(chapter01({"enter", target.pid_1, "hostname"}).out, "target\n");
    EXPECT_EQ(chapter01({"enter", target.pid_1, "id", "-u"}).out, "0\n");
    EXPECT_THAT(chapter01({"enter", target.pid_1, "ps", "-e", "-o", "pid,args"}).out,
                HasSubstr("1 sh -c echo ready; sleep 20\n"));
}

TEST(Chapter01, EnterPassesTheExitCodeOn) {
    const Target target{{}};
    EXPECT_EQ(chapter01({"enter", target.pid_1, "sh", "-c", "exit 5"}).status, 5);
    EXPECT_EQ(chapter01({"enter", target.pid_1, "no-such-command"}).status, 127);
}

TEST(Chapter01, AProcessThatIsNotThereCannotBeEntered) {
    const auto outcome = chapter01({"enter", "8388608", "true"});
    EXPECT_EQ(outcome.status, 125);
    EXPECT_EQ(outcome.err, "chapter01: there is no process 8388608\n");
}

TEST(Chapter01, ShowTellsWhatIsSharedAndWhatIsNot) {
    const Target target{{"--share", "network"}};
    const std::string shown = chapter01({"show", target.pid_1}).out;
    EXPECT_THAT(shown, testing::ContainsRegex("network +net:\\[[0-9]+\\]  shared with us"));
    EXPECT_THAT(shown, testing::ContainsRegex("uts +uts:\\[[0-9]+\\]  its own"));
    EXPECT_THAT(chapter01({"show"}).out, testing::Not(HasSubstr("its own")));
}

/// Why an ordinary user cannot run the program here; empty when one can.
std::string why_not_as_nobody() {
    if (test::run({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "test", "-x",
                   test::program("chapter01")})
            .status != 0) {
        return "an ordinary user cannot reach " + test::program("chapter01");
    }
    const std::string restricted =
        test::run({"cat", "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"}).out;
    return restricted == "1\n" ? "AppArmor keeps user namespaces from ordinary users here" : "";
}

/// The same, typed by an ordinary user.
test::Outcome as_nobody(const std::string& words) {
    return test::run({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c",
                      test::program("chapter01") + " " + words});
}

TEST(Chapter01, WithoutRootAUserNamespaceMakesItWork) {
    if (const auto why = why_not_as_nobody(); !why.empty()) GTEST_SKIP() << why;
    const auto outcome = as_nobody("run --hostname box sh -c 'id -u; hostname; echo $$'");
    EXPECT_EQ(outcome.out, "0\nbox\n1\n") << outcome.err;
}

TEST(Chapter01, WithoutRootWhatCannotBeIsSaidInOneLine) {
    if (const auto why = why_not_as_nobody(); !why.empty()) GTEST_SKIP() << why;
    const auto outcome = as_nobody("run --user-map 0:0:10 true");
    EXPECT_EQ(outcome.status, 125);
    EXPECT_THAT(outcome.err, HasSubstr("who is not root may map one id, its own"));
    EXPECT_THAT(as_nobody("run --share user true").err,
                HasSubstr("without root, the user namespace cannot be shared"));
}

}  // namespace
}  // namespace minidock
