// A container may be killed at any moment: what it had synced into a volume is there.
#include <gmock/gmock.h>

#include <cstdlib>
#include <sstream>
#include <thread>

#include "minidock/base/unix_socket.hpp"
#include "minidock/http/client.hpp"
#include "tests/support/volume_daemon.hpp"

namespace minidock::test {
namespace {

class VolumeDurability : public VolumeDaemon {
  protected:
    /// POST /containers/writer/WHAT, without the time that a client's program takes to start.
    void ask(const std::string& what) const {
        http::ClientConnection connection{connect_unix(daemon.socket())};
        connection.send("POST", "/containers/writer/" + what);
        EXPECT_LT(connection.read_head().status, 300) << what;
        (void)connection.read_body();
    }
};

/// Appends numbered lines; only when one is on the disk is it told on the output. A line that is
/// told must be in the file, and lines are whole and in order.
constexpr const char* writer =
    "i=$(wc -l < /v/lines 2> /dev/null || echo 0); "
    "while :; do i=$((i+1)); echo \"line $i of those that must not be lost\" "
    "| dd of=/v/lines oflag=append conv=notrunc,fsync 2> /dev/null && echo $i; done";

/// The last number in a log of {"log":"12\n",…} lines; 0 when there is none.
int last_number(const std::string& log) {
    const std::size_t line = log.rfind("{\"log\":\"");
    return line == std::string::npos ? 0 : std::atoi(log.c_str() + line + 8);
}

/// How many whole lines there are; one that is cut off or out of order fails the test.
int whole_lines(const std::string& text) {
    std::istringstream lines{text};
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        EXPECT_EQ(line, "line " + std::to_string(count + 1) + " of those that must not be lost");
    }
    EXPECT_TRUE(text.empty() || text.back() == '\n');
    return count;
}

TEST_F(VolumeDurability, AHundredKillsLoseNothingThatWasSynced) {
    output({"create", "--name", "writer", "--network", "none", "-v", "v1:/v", "busybox", "sh", "-c",
            writer});
    const std::string id = daemon.inspect("writer", "{{.Id}}");
    const std::string log = daemon.data_root() + "/containers/" + id + "/" + id + "-json.log";
    int told = 0;
    for (int kill = 0; kill < 100; ++kill) {
        ask("start");
        EXPECT_TRUE(eventually([&] { return last_number(read_file(log)) > told; }));
        // At another point of its work each time.
        std::this_thread::sleep_for(std::chrono::milliseconds{20 + kill % 10 * 5});
        ask("kill");
        ask("wait");
        // What it had told before it was killed is in its log.
        told = last_number(read_file(log));
        const int kept = whole_lines(read_file(data("v1", "lines")));
        ASSERT_GE(kept, told) << "after kill " << kill;
    }
}

TEST_F(VolumeDurability, ContainersWriteOnWhileTheDaemonIsKilled) {
    output({"run", "--detach", "--name", "writer", "-v", "v1:/v", "busybox", "sh", "-c", writer});
    for (int i = 0; i < 5; ++i) {
        const auto before = whole_lines(read_file(data("v1", "lines")));
        daemon.kill();
        daemon.start();
        EXPECT_TRUE(
            eventually([&] { return whole_lines(read_file(data("v1", "lines"))) > before; }));
        EXPECT_EQ(docker({"volume", "rm", "v1"}).status, 1) << "it is in use";
    }
}

TEST_F(VolumeDurability, ADaemonKilledWhileItFillsAVolumeLeavesItEmptyOrFull) {
    make_image("big", "mkdir data && for i in $(seq 800); do echo $i > data/$i; done");
    int full = 0;
    for (int i = 0; i < 6; ++i) {
        const std::string volume = "v" + std::to_string(i) + "x";
        std::thread creator{[&] {
            (void)docker({"create", "-v", volume + ":/data", "big", "true"});
        }};
        std::this_thread::sleep_for(std::chrono::milliseconds{i < 5 ? 80 * i * i : 10000});
        daemon.kill();
        creator.join();
        daemon.start();
        const std::filesystem::path folder{data(volume)};
        const auto count = !exists(folder)
                               ? 0
                               : std::distance(std::filesystem::directory_iterator{folder},
                                               std::filesystem::directory_iterator{});
        EXPECT_TRUE(count == 0 || count == 800) << count;
        full += count == 800 ? 1 : 0;
        EXPECT_FALSE(exists(folder.parent_path() / "_copy"));
    }
    EXPECT_GT(full, 0) << "the last one had time enough";
}

}  // namespace
}  // namespace minidock::test
