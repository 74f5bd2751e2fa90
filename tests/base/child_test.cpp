#include "minidock/base/child.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "minidock/base/error.hpp"
#include "minidock/base/temp_dir.hpp"
#include "tests/support/command.hpp"

namespace minidock {
namespace {

Program shell(const std::string& script) {
    return {.path = "/bin/sh", .arguments = {"sh", "-c", script}};
}

TEST(Child, TellsTheExitCode) {
    EXPECT_EQ(spawn(shell("exit 7")).wait().code, 7);
}

TEST(Child, TellsTheSignalThatEndedIt) {
    const ExitStatus status = spawn(shell("kill -TERM $$")).wait();
    EXPECT_EQ(status.signal, SIGTERM);
    EXPECT_EQ(status.shell_code(), 128 + SIGTERM);
}

TEST(Child, IsKilledAndReapedWhenLetGo) {
    pid_t pid = 0;
    {
        // Not through a shell: its own child would live on, with the test's output open.
        const Child child = spawn({.path = "/bin/sleep", .arguments = {"sleep", "100"}});
        pid = child.pid();
    }
    EXPECT_EQ(::kill(pid, 0), -1);
    EXPECT_EQ(errno, ESRCH);
}

TEST(Child, IsNotWaitedForByTryWait) {
    Child child = spawn(shell("read line; exit 3"));
    Pipe pipe = Pipe::make();
    child = spawn({.path = "/bin/sh",
                   .arguments = {"sh", "-c", "read line; exit 3"},
                   .descriptors = {{pipe.read_end.get(), STDIN_FILENO}}});
    EXPECT_FALSE(child.try_wait().has_value());
    write_all(pipe.write_end.get(), "go\n", "the pipe");
    EXPECT_EQ(child.wait().code, 3);
}

TEST(Spawn, NamesTheProgramThatIsNotThere) {
    try {
        spawn({.path = "/no/such/program", .arguments = {"x"}});
        FAIL() << "starting a missing program must throw";
    } catch (const SystemError& error) {
        EXPECT_STREQ(error.what(), "start /no/such/program: No such file or directory");
    }
}

TEST(Spawn, GivesTheEnvironmentItIsToldAndNoOther) {
    Program program = shell("test \"$A$B\" = onetwo && test -z \"$HOME\"");
    program.environment = {"A=one", "B=two"};
    EXPECT_EQ(spawn(program).wait().code, 0);
}

TEST(Spawn, PassesNoDescriptorThatItIsNotTold) {
    const TempDir dir;
    const Fd secret = open_file(dir / "secret", O_CREAT | O_WRONLY, 0600);
    const auto outcome = test::run({"ls", "-l", "/proc/self/fd"});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.out.find(dir / "secret"), std::string::npos) << outcome.out;
}

TEST(Spawn, UnblocksSignalsThatTheCallerBlocks) {
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &term, nullptr);
    const ExitStatus status = spawn(shell("kill -TERM $$; exit 0")).wait();
    ::pthread_sigmask(SIG_UNBLOCK, &term, nullptr);
    EXPECT_EQ(status.signal, SIGTERM);
}

TEST(Command, KeepsOutputAndErrorsApart) {
    const auto outcome = test::run({"sh", "-c", "cat; echo oops >&2; exit 4"}, "hello");
    EXPECT_EQ(outcome.out, "hello");
    EXPECT_EQ(outcome.err, "oops\n");
    EXPECT_EQ(outcome.status, 4);
}

}  // namespace
}  // namespace minidock
