// `run` and `exec -t` on a terminal: keys, output, the window's size, signals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/minirun/running.hpp"
#include "tests/support/pty.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(Foreground, RunJoinsOurTerminalWithTheContainers) {
    Bundle bundle{{"sh"}};
    bundle.config["process"]["terminal"] = true;
    Pty pty{{program("minirun"), "--root", bundle.state_root(), "run", "--bundle", bundle.path(),
             "box"},
            33,
            101};
    pty.type("stty size; echo this is $(tty)\n");
    EXPECT_THAT(pty.read_until("this is /dev"), HasSubstr("33 101"));
    EXPECT_FALSE(pty.cooked());
    pty.resize(44, 55);
    pty.type("sleep 0.2; stty size\n");
    EXPECT_THAT(pty.read_until("44 55"), HasSubstr("44 55"));
    pty.type("exit 9\n");
    pty.read_all();
    EXPECT_EQ(pty.wait().code, 9);
    EXPECT_THAT(leftovers(bundle), IsEmpty());
}

TEST(Foreground, CtrlCIsForTheProgram) {
    Bundle bundle{{"sh", "-c", "trap 'exit 9' INT; echo up; while true; do sleep 0.1; done"}};
    bundle.config["process"]["terminal"] = true;
    Pty pty{{program("minirun"), "--root", bundle.state_root(), "run", "--bundle", bundle.path(),
             "box"},
            24,
            80};
    pty.read_until("up");
    pty.type("\x03");
    pty.read_all();
    EXPECT_EQ(pty.wait().code, 9);
    EXPECT_THAT(leftovers(bundle), IsEmpty());
}

TEST(Foreground, ExecHasATerminalOfItsOwn) {
    Running box;
    Pty pty{{program("minirun"), "--root", box.bundle.state_root(), "exec", "-t", "box", "sh", "-c",
             "tty; stty size; exit 6"},
            20,
            60};
    EXPECT_THAT(pty.read_until("20 60"), HasSubstr("/dev/pts/0"));
    pty.read_all();
    EXPECT_EQ(pty.wait().code, 6);
}

TEST(Foreground, TheLastWordsAreShown) {
    Bundle bundle{{"sh", "-c", "seq 1 5000"}};
    bundle.config["process"]["terminal"] = true;
    const Outcome outcome = run_bundle(bundle);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_THAT(outcome.out, testing::EndsWith("5000\r\n"));
}

}  // namespace
}  // namespace minidock::test
