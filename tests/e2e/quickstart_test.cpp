// scripts/quickstart, as a newcomer types it, but with the programs of this build and beside any
// engine that the machine already has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"
#include "tests/support/command.hpp"

namespace {

using minidock::read_file;
using minidock::test::Outcome;
using testing::HasSubstr;
using testing::Not;

class Quickstart : public testing::Test {
  protected:
    Outcome quickstart(std::vector<std::string> words = {}) {
        words.insert(words.begin(), MINIDOCK_SOURCE_DIR "/scripts/quickstart");
        return minidock::test::run(
            {.arguments = words,
             .environment = {"MINIDOCK_BIN=" MINIDOCK_BIN_DIR, "MINIDOCK_SOCKET=" + socket_,
                             "MINIDOCK_DATA_ROOT=" + folder_ / "data",
                             "MINIDOCK_EXEC_ROOT=" + folder_ / "run",
                             "MINIDOCK_CGROUP_PARENT=" + cgroup_parent_, "MINIDOCK_BRIDGE=none",
                             "MINIDOCK_NFT_TABLE=" + nft_table_}});
    }
    std::string daemon_pid() { return read_file(folder_ / "run/quickstart.pid"); }
    void TearDown() override { quickstart({"stop"}); }

    minidock::TempDir folder_;
    std::string socket_ = folder_ / "socket";
    std::string nft_table_ = "minidock_quickstart_" + std::to_string(::getpid());
    std::string cgroup_parent_ = "/minidock-quickstart-" + std::to_string(::getpid());
};

TEST_F(Quickstart, RunsAContainerThatTellsWhatIsItsOwn) {
    const Outcome outcome = quickstart();
    ASSERT_EQ(outcome.status, 0) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("Hello from a container"));
    EXPECT_THAT(outcome.out, HasSubstr("my PID is        1\n"));
    EXPECT_THAT(outcome.out, HasSubstr("my memory ends   at 67108864 bytes"));
    EXPECT_THAT(outcome.out, HasSubstr("I may start      32 processes"));
    EXPECT_THAT(outcome.out, HasSubstr("/bin"));
    EXPECT_THAT(outcome.out, HasSubstr("Three things to try next"));
}

TEST_F(Quickstart, RunAgainGreetsByTheSameDaemon) {
    ASSERT_EQ(quickstart().status, 0);
    const std::string pid = daemon_pid();
    const Outcome again = quickstart();
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_EQ(daemon_pid(), pid);
    EXPECT_THAT(again.out, HasSubstr("Hello from a container"));
    EXPECT_THAT(again.out, Not(HasSubstr("Starting minidockd")));
    EXPECT_THAT(again.out, Not(HasSubstr("Loading the embedded image")));
}

TEST_F(Quickstart, StopEndsTheDaemonThatItStarted) {
    ASSERT_EQ(quickstart().status, 0);
    const std::string process = "/proc/" + std::to_string(std::stoi(daemon_pid()));
    ASSERT_EQ(::access(process.c_str(), F_OK), 0);
    const Outcome stopped = quickstart({"stop"});
    EXPECT_EQ(stopped.status, 0) << stopped.err;
    EXPECT_THAT(stopped.out, HasSubstr("stopped minidockd"));
    EXPECT_NE(::access(process.c_str(), F_OK), 0);
    EXPECT_THAT(quickstart({"stop"}).out, HasSubstr("no daemon running"));
}

TEST_F(Quickstart, SaysWhyTheDaemonDoesNotStart) {
    socket_ = folder_ / "no/such/folder/socket";
    const Outcome outcome = quickstart();
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.err, HasSubstr("no/such/folder/socket"));
    EXPECT_THAT(outcome.err, HasSubstr("minidockd does not answer"));
}

}  // namespace
