// What a shim promises the daemon, with each runtime that can stand behind it.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "minidock/base/unix_socket.hpp"
#include "tests/shim/test_container.hpp"
#include "tests/support/command.hpp"

namespace minidock::test {
namespace {

using shim::Failed;
using shim::Started;
using testing::HasSubstr;

struct Runtime {
    const char* name;
    bool ours;
};

class Shim : public testing::TestWithParam<Runtime> {
  protected:
    void SetUp() override {
        const std::string runtime = container.options().runtime;
        if (::access(runtime.c_str(), X_OK) < 0) GTEST_SKIP() << runtime << " is not installed";
    }

    TestContainer container{GetParam().ours ? program(GetParam().name) : "/usr/sbin/runc"};

    void start(const std::vector<std::string>& command) {
        container.command(command);
        const shim::Report report = container.start();
        if (const auto* failed = std::get_if<Failed>(&report)) FAIL() << failed->message;
        ASSERT_TRUE(std::holds_alternative<Started>(report));
    }
    void start_shell(const std::string& script) { start({"sh", "-c", script}); }
};

TEST_P(Shim, TellsTheExitCode) {
    start_shell("exit 7");
    EXPECT_EQ(container.wait(), 7);
}

TEST_P(Shim, TellsTheSignalAs128AndMore) {
    start({"sleep", "100"});
    container.ask(shim::Kill{SIGKILL});
    EXPECT_EQ(container.wait(), 137);
}

TEST_P(Shim, RecordsTheExitBeforeItTells) {
    start_shell("exit 3");
    container.wait();
    const auto record = shim::read_exit_record(container.folder());
    ASSERT_TRUE(record);
    EXPECT_EQ(std::get<shim::Exited>(*record).exit_code, 3);
}

TEST_P(Shim, RemovesItsRunFolder) {
    start({"true"});
    container.wait();
    container.wait_for_shim();
    EXPECT_FALSE(std::filesystem::exists(container.run_folder()));
}

TEST_P(Shim, HidesTheContainersRootFromTheHost) {
    start({"sleep", "100"});
    EXPECT_TRUE(std::filesystem::is_empty(container.folder() + "/bundle/rootfs"));
}

TEST_P(Shim, SaysInTheRuntimesWordsThatACommandIsNotThere) {
    container.command({"no-such-command"});
    const auto failed = std::get<Failed>(container.start());
    EXPECT_EQ(failed.exit_code, 127);
    EXPECT_THAT(failed.message, HasSubstr("exec: \"no-such-command\": executable file not found"));
}

TEST_P(Shim, SaysInTheRuntimesWordsThatAFileIsNotExecutable) {
    std::filesystem::create_directories(container.folder() + "/upper");
    ::close(::open((container.folder() + "/upper/data").c_str(), O_CREAT | O_WRONLY, 0644));
    container.command({"/data"});
    const auto failed = std::get<Failed>(container.start());
    EXPECT_EQ(failed.exit_code, 126);
    EXPECT_THAT(failed.message, HasSubstr("permission denied"));
}

TEST_P(Shim, SeparatesOutputAndErrors) {
    AttachedClient client = container.attach_early();
    start_shell("echo out; echo err >&2");
    EXPECT_EQ(client.read_stream(1), "out\n");
    EXPECT_EQ(client.read_stream(2), "err\n");
}

TEST_P(Shim, LogsBothStreams) {
    start_shell("echo out; echo err >&2");
    container.wait();
    EXPECT_THAT(container.log(), HasSubstr(R"({"log":"out\n","stream":"stdout","time":")"));
    EXPECT_THAT(container.log(), HasSubstr(R"({"log":"err\n","stream":"stderr","time":")"));
}

TEST_P(Shim, PassesInputOnAndEndsItWhenTheClientDoes) {
    container.options().open_stdin = true;
    container.options().stdin_once = true;
    AttachedClient client = container.attach_early();
    client.type("hello");
    start({"cat"});
    client.type(" world\n");
    client.end_input();
    EXPECT_EQ(client.read_stream(1), "hello world\n");
    EXPECT_EQ(container.wait(), 0);
}

TEST_P(Shim, KeepsInputOpenForTheNextClientWithoutStdinOnce) {
    container.options().open_stdin = true;
    AttachedClient first = container.attach_early();
    start({"head", "-n", "2"});
    first.type("one\n");
    first.end_input();
    first.read_raw();
    const AttachedClient second = container.attach();
    second.type("two\n");
    EXPECT_EQ(container.wait(), 0);
    EXPECT_THAT(container.log(), HasSubstr("two"));
}

TEST_P(Shim, TakesInputThatCameTogetherWithTheClientsGoodbye) {
    container.options().open_stdin = true;
    container.options().stdin_once = true;
    AttachedClient client = container.attach_early();
    client.type(std::string(50000, 'x') + "\n");
    client.close();
    start({"cat"});
    EXPECT_EQ(container.wait(), 0);
    const std::string log = container.log();
    EXPECT_EQ(std::count(log.begin(), log.end(), 'x'), 50000);
}

TEST_P(Shim, DeliversAllOfABigOutput) {
    AttachedClient client = container.attach_early();
    start_shell("seq 1 300000");
    const std::string output = client.read_stream(1);
    EXPECT_EQ(output.size(), 1988895U);
    EXPECT_TRUE(output.ends_with("\n299999\n300000\n"));
    EXPECT_EQ(container.wait(), 0);
    const std::string log = container.log();
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 300000);
}

TEST_P(Shim, LosesNothingForAClientThatReadsLate) {
    AttachedClient client = container.attach_early();
    start_shell("seq 1 100000");
    ::usleep(200'000);
    EXPECT_TRUE(client.read_stream(1).ends_with("\n100000\n"));
    EXPECT_EQ(container.wait(), 0);
}

TEST_P(Shim, GoesOnWhenAClientThatDoesNotReadLeaves) {
    AttachedClient client = container.attach_early();
    start_shell("seq 1 100000");
    client.close();
    EXPECT_EQ(container.wait(), 0);
    EXPECT_THAT(container.log(), HasSubstr("\"100000\\n\""));
}

TEST_P(Shim, ServesSeveralClientsTheSameOutput) {
    container.options().open_stdin = true;
    AttachedClient first = container.attach_early();
    AttachedClient second = container.attach_early();
    start_shell("read line; echo $line");
    second.type("x\n");
    EXPECT_EQ(first.read_stream(1), "x\n");
    EXPECT_EQ(second.read_stream(1), "x\n");
}

TEST_P(Shim, GivesATerminalThatCanBeResized) {
    container.use_terminal();
    container.options().open_stdin = true;
    container.options().columns = 80;
    container.options().rows = 24;
    AttachedClient client = container.attach_early();
    start_shell("stty size; read x; stty size");
    client.read_until("24 80\r\n");
    container.ask(shim::Resize{132, 43});
    client.type("\n");
    EXPECT_THAT(client.read_raw(), HasSubstr("43 132\r\n"));
    EXPECT_EQ(container.wait(), 0);
}

TEST_P(Shim, LetsAClientDetachByKeys) {
    container.use_terminal();
    auto [ours, shims] = socket_pair(SOCK_STREAM);
    start({"cat"});
    container.ask(
        shim::Attach{.input = true, .output = true, .errors = true, .detach_keys = "\x10\x11"},
        {shims.get()});
    shims.reset();
    AttachedClient client{std::move(ours)};
    client.type("abc\n");
    client.read_until("abc\r\nabc\r\n");
    client.type("\x10\x11");
    EXPECT_EQ(client.read_raw(), "");
    EXPECT_TRUE(std::holds_alternative<Started>(container.ask(shim::Watch{})));
}

TEST_P(Shim, OutlivesTheDaemon) {
    start_shell("sleep 0.2; echo later; exit 5");
    container.forget_daemon();
    container.wait_for_shim();
    const auto record = shim::read_exit_record(container.folder());
    ASSERT_TRUE(record);
    EXPECT_EQ(std::get<shim::Exited>(*record).exit_code, 5);
    EXPECT_THAT(container.log(), HasSubstr("later"));
}

TEST_P(Shim, ReapsOrphansOfTheContainer) {
    start_shell("(sleep 0.1 &) ; sleep 0.3");
    EXPECT_EQ(container.wait(), 0);
}

INSTANTIATE_TEST_SUITE_P(With, Shim,
                         testing::Values(Runtime{"runc", false}, Runtime{"minirun", true}),
                         [](const auto& test) { return std::string{test.param.name}; });

}  // namespace
}  // namespace minidock::test
