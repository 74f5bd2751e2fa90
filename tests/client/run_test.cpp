// `minidock run` as a program, against a daemon whose container is a script.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "minidock/base/child.hpp"
#include "tests/client/fake_daemon.hpp"
#include "tests/support/command.hpp"

namespace minidock::client {
namespace {

using test::FakeDaemon;
using test::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;

Outcome minidock(const FakeDaemon& daemon, std::vector<std::string> arguments,
                 const std::string& input = "") {
    arguments.insert(arguments.begin(), {test::program("minidock"), "-H", daemon.host()});
    return test::run(arguments, input);
}

TEST(Run, PrintsBothStreamsAndEndsAsTheContainerDid) {
    const FakeDaemon daemon{{.out = "to out\n", .err = "to err\n", .exit_code = 42}};
    const Outcome outcome = minidock(daemon, {"run", "--rm", "busybox", "true"});
    EXPECT_EQ(outcome.out, "to out\n");
    EXPECT_EQ(outcome.err, "to err\n");
    EXPECT_EQ(outcome.status, 42);
}

TEST(Run, WaitsAndAttachesBeforeItStartsSoThatNothingIsMissed) {
    const FakeDaemon daemon{{.out = "x"}};
    minidock(daemon, {"run", "busybox"});
    const auto requests = daemon.requests();
    ASSERT_EQ(requests.size(), 4u);
    EXPECT_THAT(requests.front(), "POST /containers/create");
    EXPECT_THAT(requests.back(), testing::EndsWith("/start"));
}

TEST(Run, PassesItsInputAndItsEnd) {
    const FakeDaemon daemon{{.out = "got: ", .echo_input = true}};
    const Outcome outcome = minidock(daemon, {"run", "-i", "busybox", "cat"}, "one\ntwo\n");
    EXPECT_EQ(outcome.out, "got: one\ntwo\n");
    EXPECT_EQ(outcome.status, 0);
}

TEST(Run, KeepsItsInputToItselfUnlessAsked) {
    const FakeDaemon daemon{{.out = "quiet\n"}};
    const Outcome outcome = minidock(daemon, {"run", "busybox"}, "one\ntwo\n");
    EXPECT_EQ(outcome.out, "quiet\n");
    EXPECT_EQ(daemon.created()["OpenStdin"], false);
}

TEST(Run, InTheBackgroundPrintsTheId) {
    const FakeDaemon daemon{{}};
    const Outcome outcome = minidock(daemon, {"run", "-d", "busybox", "sleep", "1"});
    EXPECT_EQ(outcome.out, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n");
    EXPECT_EQ(outcome.status, 0);
}

TEST(Run, SaysToTheDaemonWhatTheCommandLineSays) {
    const FakeDaemon daemon{{}};
    minidock(daemon, {"run",          "--name",  "web",
                      "-e",           "A=1",     "--env=B=2",
                      "-w",           "/work",   "-h",
                      "host",         "-u",      "1:2",
                      "--entrypoint", "/bin/sh", "-m",
                      "64m",          "--cpus",  "0.5",
                      "--pids-limit", "20",      "--read-only",
                      "--rm",         "-l",      "k=v",
                      "--network",    "none",    "--stop-signal",
                      "SIGINT",       "busybox", "-c",
                      "echo --rm"});
    const Json body = daemon.created();
    EXPECT_EQ(body["Image"], "busybox");
    EXPECT_EQ(body["Cmd"], Json({"-c", "echo --rm"}));
    EXPECT_EQ(body["Entrypoint"], Json::array({"/bin/sh"}));
    EXPECT_EQ(body["Env"], Json({"A=1", "B=2"}));
    EXPECT_EQ(body["WorkingDir"], "/work");
    EXPECT_EQ(body["Hostname"], "host");
    EXPECT_EQ(body["User"], "1:2");
    EXPECT_EQ(body["StopSignal"], "SIGINT");
    EXPECT_EQ(body["Labels"], Json({{"k", "v"}}));
    EXPECT_EQ(body["HostConfig"]["Memory"], 64 << 20);
    EXPECT_EQ(body["HostConfig"]["NanoCpus"], 500'000'000);
    EXPECT_EQ(body["HostConfig"]["PidsLimit"], 20);
    EXPECT_EQ(body["HostConfig"]["ReadonlyRootfs"], true);
    EXPECT_EQ(body["HostConfig"]["AutoRemove"], true);
    EXPECT_EQ(body["HostConfig"]["NetworkMode"], "none");
}

TEST(Run, LeavesToTheImageWhatIsNotSaid) {
    const FakeDaemon daemon{{}};
    minidock(daemon, {"run", "busybox"});
    for (const char* key : {"Cmd", "Entrypoint", "WorkingDir", "User", "Hostname"})
        EXPECT_FALSE(daemon.created().contains(key)) << key;
}

TEST(Run, ClearsTheEntrypointWhenItIsSaidToBeNone) {
    const FakeDaemon daemon{{}};
    minidock(daemon, {"run", "--entrypoint", "", "busybox", "ls"});
    EXPECT_EQ(daemon.created()["Entrypoint"], Json::array({""}));
}

TEST(Run, PassesASignalOnAndEndsAsTheContainerDoes) {
    const FakeDaemon daemon{{.out = "ready\n", .until_signal = true}};
    const Pipe output = Pipe::make();
    Child client = spawn({.path = test::program("minidock"),
                          .arguments = {"minidock", "-H", daemon.host(), "run", "busybox"},
                          .descriptors = {{output.write_end.get(), 1}}});
    std::string first(6, ' ');
    ASSERT_EQ(::read(output.read_end.get(), first.data(), first.size()), 6);
    ASSERT_EQ(::kill(client.pid(), SIGTERM), 0);
    EXPECT_EQ(client.wait().shell_code(), 128 + SIGTERM);
}

TEST(Run, OfWhatCannotStartHasTheExitCodeOfAShell) {
    const FakeDaemon missing{{.start_error = "exec: \"x\": executable file not found in $PATH"}};
    const Outcome outcome = minidock(missing, {"run", "--rm", "busybox", "x"});
    EXPECT_EQ(outcome.status, 127);
    EXPECT_EQ(outcome.err, "minidock: exec: \"x\": executable file not found in $PATH\n");
    const FakeDaemon refused{{.start_error = "exec: \"/etc/passwd\": permission denied"}};
    EXPECT_EQ(minidock(refused, {"run", "busybox", "/etc/passwd"}).status, 126);
    const FakeDaemon broken{{.start_error = "memory.max: Invalid argument"}};
    EXPECT_EQ(minidock(broken, {"run", "busybox"}).status, 125);
}

TEST(Run, OfAnUnknownImageSaysWhatToDo) {
    const FakeDaemon daemon{{.create_error = "No such image: nosuch:latest"}};
    const Outcome outcome = minidock(daemon, {"run", "nosuch"});
    EXPECT_EQ(outcome.status, 125);
    EXPECT_THAT(outcome.err, HasSubstr("Unable to find image 'nosuch:latest' locally"));
    EXPECT_THAT(outcome.err, HasSubstr("minidock load -i FILE"));
}

TEST(Run, WithExplainPrintsTheTraceBeforeTheOutput) {
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"--explain", "run", "busybox"}, {"run", "--explain", "busybox"}}) {
        const FakeDaemon daemon{{.out = "hello\n", .trace = {"clone3(…) = 0\n", "execve(…) …"}}};
        const Outcome outcome = minidock(daemon, words);
        EXPECT_EQ(outcome.err, "clone3(…) = 0\nexecve(…) …\n");
        EXPECT_EQ(outcome.out, "hello\n");
        EXPECT_EQ(outcome.status, 0);
    }
}

TEST(Run, WithExplainFailsAsWithout) {
    const FakeDaemon daemon{{.start_error = "exec: \"x\": executable file not found in $PATH",
                             .trace = {"clone3(…) = 0\n"}}};
    const Outcome outcome = minidock(daemon, {"--explain", "run", "busybox", "x"});
    EXPECT_EQ(outcome.status, 127);
    EXPECT_THAT(outcome.err, HasSubstr("clone3"));
}

TEST(Run, RefusesATerminalWhereThereIsNone) {
    const FakeDaemon daemon{{}};
    const Outcome outcome = minidock(daemon, {"run", "-it", "busybox"});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.err, HasSubstr("not a TTY"));
    EXPECT_TRUE(daemon.requests().empty());
}

TEST(Client, SaysHowToStartADaemonThatIsNotThere) {
    const Outcome outcome =
        test::run({test::program("minidock"), "-H", "unix:///nowhere/d.sock", "ps"});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_EQ(outcome.err,
              "minidock: cannot reach minidockd at /nowhere/d.sock: No such file or directory. "
              "Is it running? Start it with: sudo minidockd &\n");
}

TEST(Client, RunIs125WithoutADaemon) {
    EXPECT_EQ(
        test::run({test::program("minidock"), "-H", "unix:///nowhere/d.sock", "run", "x"}).status,
        125);
}

TEST(Client, TakesItsHostFromTheEnvironment) {
    const FakeDaemon daemon{{.out = "hello\n"}};
    for (const char* name : {"MINIDOCK_HOST", "DOCKER_HOST"}) {
        const Outcome outcome =
            test::run({.arguments = {test::program("minidock"), "run", "-d", "busybox"},
                       .environment = {std::string{name} + "=" + daemon.host()}});
        EXPECT_EQ(outcome.status, 0) << name << outcome.err;
    }
}

TEST(Client, GuessesWhatAWrongWordMeant) {
    const Outcome outcome = test::run({test::program("minidock"), "imgaes"});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_EQ(outcome.err,
              "minidock: 'imgaes' is not a minidock command. Did you mean: minidock images?\n");
    EXPECT_THAT(test::run({test::program("minidock"), "frobnicate"}).err,
                HasSubstr("See: minidock --help"));
}

TEST(Client, NamesAnOptionThatIsNone) {
    const Outcome outcome = test::run({test::program("minidock"), "run", "--frob", "busybox"});
    EXPECT_EQ(outcome.status, 125);
    EXPECT_EQ(outcome.err, "minidock: unknown option: --frob. See: minidock run --help\n");
}

TEST(Client, RefusesALimitThatIsNone) {
    const FakeDaemon daemon{{}};
    const Outcome outcome = minidock(daemon, {"run", "-m", "lots", "busybox"});
    EXPECT_EQ(outcome.status, 125);
    EXPECT_THAT(outcome.err, HasSubstr("invalid size: 'lots'"));
}

}  // namespace
}  // namespace minidock::client
