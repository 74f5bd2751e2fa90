// A daemon of a test's own: its own socket, folders and cgroups, and the image busybox:latest. When
// the test is over, so is everything that it made; what is left behind fails the test.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "minidock/base/child.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/json.hpp"
#include "minidock/base/temp_dir.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"

namespace minidock::test {

/// The archive of the image busybox:latest in the build that is being tested.
std::string embedded_image();

class TestDaemon {
  public:
    struct Options {
        std::string runtime;                 ///< empty: minirun
        std::vector<std::string> arguments;  ///< further ones of minidockd's
        bool busybox = true;                 ///< load the embedded image
        /// A network namespace for the daemon: it plays a machine with nothing but a loopback. The
        /// default network is a bridge in there. Otherwise containers have no network by default,
        /// and nothing of this machine's is touched.
        bool own_network = false;
    };
    explicit TestDaemon(Options options);
    TestDaemon() : TestDaemon{Options{}} {}
    /// Removes all containers, ends the daemon, and checks that nothing is left.
    ~TestDaemon();
    TestDaemon(const TestDaemon&) = delete;
    TestDaemon& operator=(const TestDaemon&) = delete;

    /// The official client, with the given words: docker({"run", "--rm", "busybox", "true"}).
    [[nodiscard]] Outcome docker(std::vector<std::string> words, std::string input = {}) const;
    /// Our own.
    [[nodiscard]] Outcome minidock(std::vector<std::string> words, std::string input = {}) const;
    /// What a successful docker command printed, without the last newline; another one fails the
    /// test.
    std::string docker_output(std::vector<std::string> words) const;
    /// `docker inspect` of a container, with a template.
    std::string inspect(const std::string& container, const std::string& format) const {
        return docker_output({"inspect", "--type", "container", "--format", format, container});
    }

    /// A program in the daemon's network namespace, as on its machine.
    [[nodiscard]] Outcome on_its_machine(std::vector<std::string> words) const;

    /// SIGKILL: no time for good-byes.
    void kill();
    /// Starts it (again).
    void start();

    [[nodiscard]] pid_t pid() const { return daemon_->pid(); }
    [[nodiscard]] std::string socket() const { return root_ / "minidock.sock"; }
    [[nodiscard]] std::string host() const { return "unix://" + socket(); }
    [[nodiscard]] std::string data_root() const { return root_ / "data"; }
    [[nodiscard]] std::string exec_root() const { return root_ / "run"; }
    [[nodiscard]] const std::string& cgroup_parent() const { return cgroup_parent_; }
    /// What the daemon has written on its standard error.
    [[nodiscard]] std::string log() const;

  private:
    void enter_own_network(Program& program) const;
    void wait_until_it_answers() const;
    void expect_nothing_left() const;

    Options options_;
    TempDir root_;
    std::string cgroup_parent_;
    Fd network_;  // with own_network: the namespace, which outlives each daemon
    std::optional<Child> daemon_;
};

}  // namespace minidock::test
