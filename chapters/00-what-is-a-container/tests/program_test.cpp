// chapter00 as a user types it: the same command as a process, a container and a machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "chapters/00-what-is-a-container/machine.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"
#include "tests/support/command.hpp"

namespace minidock::chapter00 {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

/// The words after "chapter00".
test::Outcome chapter00(std::vector<std::string> words) {
    words.insert(words.begin(), test::program("chapter00"));
    return test::run(words);
}

test::Outcome run_script(const std::string& script) {
    return chapter00({"run", "sh", "-c", script});
}

TEST(Container, IsPid1AmongItsOwnProcesses) {
    EXPECT_EQ(run_script("echo $$; cd /proc; ls -d [0-9]* | head -n 1").out, "1\n1\n");
    EXPECT_THAT(run_script("ls -d /proc/[0-9]* | wc -l").out, testing::AnyOf("1\n", "2\n", "3\n"));
}

TEST(Container, HasTheImageAsItsRoot) {
    EXPECT_EQ(run_script("ls /").out, "bin\ndev\nproc\ntmp\n");
    EXPECT_EQ(run_script("ls / /.. /../..; pwd").status, 0);
    EXPECT_THAT(run_script("ls /proc/1/root/..").out, Not(HasSubstr("usr")));
}

TEST(Container, CannotChangeTheImage) {
    const TempDir image;
    ASSERT_EQ(chapter00({"image", image.path()}).status, 0);
    const auto outcome = chapter00({"run", "--image", image.path(), "sh", "-c", "echo x >/new"});
    EXPECT_NE(outcome.status, 0);
    EXPECT_THAT(outcome.err, HasSubstr("Read-only file system"));
    EXPECT_NE(::access((image / "new").c_str(), F_OK), 0);
}

TEST(Container, HasAHostNameAndANetworkOfItsOwn) {
    EXPECT_EQ(run_script("hostname").out, "container\n");
    EXPECT_EQ(run_script("tail -n +3 /proc/net/dev | cut -d: -f1").out, "    lo\n");
}

TEST(Container, LeavesNoMountBehind) {
    EXPECT_EQ(run_script("exit 3").status, 3);
    EXPECT_THAT(read_file("/proc/self/mountinfo"), Not(HasSubstr("/tmp/chapter00-")));
}

TEST(Container, PassesTheExitCodeOn) {
    EXPECT_EQ(run_script("exit 42").status, 42);
    EXPECT_EQ(chapter00({"run", "no-such-command"}).status, 127);
    EXPECT_EQ(chapter00({"run", "/proc/version"}).status, 126);
    EXPECT_EQ(chapter00({"run", "--image", "/no/such/image", "true"}).status, 125);
}

/// Why an ordinary user cannot run the program here; empty when one can.
std::string why_not_as_nobody() {
    if (test::run({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "test", "-x",
                   test::program("chapter00")})
            .status != 0) {
        return "an ordinary user cannot reach " + test::program("chapter00");
    }
    const std::string restricted =
        test::run({"cat", "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"}).out;
    return restricted == "1\n" ? "AppArmor keeps user namespaces from ordinary users here" : "";
}

TEST(Container, WorksWithoutRootToo) {
    if (const auto why = why_not_as_nobody(); !why.empty()) GTEST_SKIP() << why;
    const auto outcome =
        test::run({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                   test::program("chapter00"), "run", "sh", "-c", "id -u; hostname; echo $$"});
    EXPECT_EQ(outcome.out, "0\ncontainer\n1\n") << outcome.err;
}

TEST(Container, IsExplainedCallByCall) {
    const std::string text = chapter00({"run", "--explain", "true"}).err;
    EXPECT_THAT(text, ContainsRegex("clone3\\(.*CLONE_NEWPID"));
    EXPECT_THAT(text, ContainsRegex("pivot_root\\(\"\\.\", \"\\.\"\\) = 0"));
    EXPECT_THAT(text, HasSubstr("execve(\"/bin/true\""));
}

TEST(Process, SeesWhatWeSee) {
    EXPECT_EQ(chapter00({"run", "--as", "process", "hostname"}).out, test::run({"hostname"}).out);
}

TEST(Comparison, ShowsProcessAndContainerSideBySide) {
    const TempDir folder;
    const std::string svg = folder / "costs.svg";
    const auto outcome = chapter00({"compare", "--without-machine", "--runs", "3", "--svg", svg});
    EXPECT_THAT(outcome.out, ContainsRegex("process +[0-9.]+ ms +[0-9.]+ [KM]iB"));
    EXPECT_THAT(outcome.out, ContainsRegex("container +[0-9.]+ ms +[0-9.]+ [KM]iB"));
    EXPECT_THAT(read_file(svg), HasSubstr("</svg>"));
}

TEST(Comparison, SaysWhatAMachineWouldNeed) {
    const auto outcome =
        test::run({.arguments = {test::program("chapter00"), "compare", "--runs", "1"},
                   .environment = {"PATH=/nowhere"}});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("no QEMU on this machine; get it with: apt-get install"));
}

TEST(Machine, RunsTheCommandOnAKernelOfItsOwn) {
    // Once for all tests to come; where that fails, find_machine() says what is missing.
    test::run({.arguments = {test::program("chapter00-fetch-kernel")},
               .time_limit = std::chrono::seconds{90}});
    try {
        find_machine();
    } catch (const NotFound& error) {
        GTEST_SKIP() << error.what();
    }
    const auto outcome = chapter00({"run", "--as", "machine", "sh", "-c", "hostname; uname -r"});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_THAT(outcome.out, testing::StartsWith("machine\n")) << outcome.err;
    EXPECT_THAT(outcome.out, Not(HasSubstr(test::run({"uname", "-r"}).out)));
}

}  // namespace
}  // namespace minidock::chapter00
