// The daemon takes over a socket that somebody else has opened for it, as systemd does
// (sd_listen_fds(3)). Here the test plays systemd's part; systemd_test.cpp has the real one.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/base/unix_socket.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;

class SocketActivation : public testing::Test {
  protected:
    TempDir folder;
    const std::string path = folder / "api.sock";

    /// Starts a daemon with a descriptor 3 and a number of descriptors that it is told of.
    [[nodiscard]] Child start(const Fd& third, const std::string& count,
                              const std::vector<std::string>& more = {}) const {
        const Fd log = open_file(folder / "log", O_WRONLY | O_CREAT | O_TRUNC, 0600);
        Program daemon{
            .path = "/bin/sh",
            .arguments = {"sh", "-c", R"(LISTEN_PID=$$ LISTEN_FDS=$0 exec "$@")", count,
                          program("minidockd"), "--host", "fd://", "--data-root", folder / "data",
                          "--exec-root", folder / "run", "--bridge", "none", "--config-file",
                          folder / "none.json", "--cgroup-parent",
                          "/minidock-test-" +
                              std::filesystem::path{folder.path()}.filename().string()},
            .descriptors = {{log.get(), STDERR_FILENO}, {third.get(), 3}}};
        write_all(open_file(folder / "none.json", O_WRONLY | O_CREAT, 0600).get(), "{}", "config");
        daemon.arguments.insert(daemon.arguments.end(), more.begin(), more.end());
        return spawn(daemon);
    }
    [[nodiscard]] std::string refusal(const Fd& third, const std::string& count) const {
        Child daemon = start(third, count);
        EXPECT_EQ(daemon.wait().code, 1);
        return read_file(folder / "log");
    }
};

TEST_F(SocketActivation, ServesOnTheSocketThatWasOpenedForItAndLeavesIt) {
    const Fd listener = listen_unix(path);
    const std::string tcp = "tcp://127.0.0.1:23771";
    Child daemon = start(listener, "1", {"--host", tcp});
    // The first client came before the daemon was ready, and is served all the same.
    EXPECT_EQ(run({"docker", "--host", "unix://" + path, "version"}).status, 0)
        << read_file(folder / "log");
    EXPECT_TRUE(eventually([&] {
        return run({"docker", "--host", tcp, "version"}).status == 0;
    })) << read_file(folder / "log");
    ::kill(daemon.pid(), SIGTERM);
    EXPECT_TRUE(daemon.wait().success()) << read_file(folder / "log");
    EXPECT_NO_THROW(connect_unix(path)) << "the socket is systemd's, and stays";
}

TEST_F(SocketActivation, ProgramsThatItStartsAreNotToldOfTheSocket) {
    const Fd listener = listen_unix(path);
    Child daemon = start(listener, "1");
    const auto docker = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"docker", "--host", "unix://" + path});
        return run(std::move(words));
    };
    ASSERT_EQ(docker({"load", "--quiet", "--input", embedded_image()}).status, 0);
    ASSERT_EQ(docker({"run", "--detach", "--name", "box", "busybox", "sleep", "1000"}).status, 0);
    constexpr const char* environment_of_shim =
        R"(pid=$(pgrep -f "minidock-shim.*$0" | head -n 1); tr '\0' '\n' </proc/$pid/environ)";
    const Outcome shim = run({"sh", "-c", environment_of_shim, folder.path()});
    EXPECT_EQ(shim.status, 0) << shim.err;
    EXPECT_THAT(shim.out, testing::Not(HasSubstr("LISTEN_")));
    EXPECT_EQ(docker({"rm", "--force", "box"}).status, 0);
    ::kill(daemon.pid(), SIGTERM);
    EXPECT_TRUE(daemon.wait().success()) << read_file(folder / "log");
}

TEST_F(SocketActivation, SaysWhatItCannotTake) {
    const Fd listener = listen_unix(path);
    EXPECT_THAT(refusal(listener, "2"), HasSubstr("fd://: systemd has opened 2 sockets; want one"));
    EXPECT_THAT(refusal(open_file("/dev/null", O_RDONLY), "1"),
                HasSubstr("fd://: what systemd has opened is no Unix socket that listens"));
    const Outcome by_hand =
        run({program("minidockd"), "--host", "fd://", "--data-root", folder / "data", "--exec-root",
             folder / "run", "--config-file", folder / "none.json"});
    EXPECT_THAT(by_hand.err, HasSubstr("fd://: systemd has opened no socket for this process"));
}

}  // namespace
}  // namespace minidock::test
