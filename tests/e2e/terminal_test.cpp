// `docker run -it`: a container's terminal, its size, and the keys that let go of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/pty.hpp"
#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;

class Terminal : public testing::Test {
  protected:
    TestDaemon daemon;

    Pty run(std::vector<std::string> words) {
        words.insert(words.begin(), {"docker", "--host", daemon.host()});
        return Pty{words, 33, 111};
    }
};

TEST_F(Terminal, HasTheSizeOfTheUsersOneAndFollowsIt) {
    Pty terminal = run({"run", "--rm", "-it", "busybox", "sh"});
    terminal.read_until("# ");
    terminal.type("stty size; echo $TERM\n");
    EXPECT_THAT(terminal.read_until("xterm"), HasSubstr("33 111"));
    terminal.resize(44, 122);
    EXPECT_TRUE(eventually([&] {
        terminal.type("stty size; echo done\n");
        return terminal.read_until("done\r\n").find("44 122") != std::string::npos;
    }));
    terminal.type("exit 7\n");
    terminal.read_all();
    EXPECT_EQ(terminal.wait().code, 7);
    EXPECT_TRUE(terminal.cooked());
}

TEST_F(Terminal, InterruptGoesToTheProgram) {
    Pty terminal = run({"run", "--rm", "-it", "busybox", "sh", "-c",
                        "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.1; done"});
    terminal.read_until("ready");
    terminal.type("\x03");
    EXPECT_THAT(terminal.read_all(), HasSubstr("caught"));
    EXPECT_EQ(terminal.wait().code, 5);
}

TEST_F(Terminal, TheDetachKeysLeaveTheContainerRunning) {
    Pty terminal = run({"run", "-it", "--name", "box", "busybox", "sh"});
    terminal.read_until("# ");
    terminal.type("\x10\x11");
    terminal.read_all();
    EXPECT_EQ(terminal.wait().code, 0);
    EXPECT_EQ(daemon.inspect("box", "{{.State.Status}}"), "running");
    Pty again = run({"attach", "box"});
    again.type("echo b''ack\n");
    EXPECT_THAT(again.read_until("back\r\n"), HasSubstr("back"));
    again.type("exit\n");
    again.read_all();
    EXPECT_EQ(again.wait().code, 0);
}

TEST_F(Terminal, ItsOutputIsLoggedRaw) {
    Pty terminal =
        run({"run", "-t", "--name", "box", "busybox", "sh", "-c", "echo one; echo two >&2"});
    terminal.read_all();
    terminal.wait();
    EXPECT_EQ(daemon.docker({"logs", "box"}).out, "one\r\ntwo\r\n");
}

}  // namespace
}  // namespace minidock::test
