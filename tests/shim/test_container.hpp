// A container with nothing around it but a shim and a runtime: its layer is Debian's static
// busybox, and the test plays the daemon.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "minidock/base/child.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/json.hpp"
#include "minidock/base/temp_dir.hpp"
#include "minidock/shim/options.hpp"
#include "minidock/shim/protocol.hpp"

namespace minidock::test {

/// The client's end of an attachment.
class AttachedClient {
  public:
    explicit AttachedClient(Fd socket) : socket_{std::move(socket)} {}
    void type(const std::string& text) const;
    void end_input() const;
    /// Everything up to the end of the stream, of one stream of the frames.
    std::string read_stream(int stream);
    /// Everything up to the end of the stream, as it comes.
    std::string read_raw();
    /// Reads until `text` has come.
    std::string read_until(const std::string& text) const;
    [[nodiscard]] int fd() const { return socket_.get(); }
    void close() { socket_.reset(); }

  private:
    Fd socket_;
    std::optional<std::string> everything_;
};

class TestContainer {
  public:
    explicit TestContainer(const std::string& runtime);
    ~TestContainer();
    TestContainer(const TestContainer&) = delete;
    TestContainer& operator=(const TestContainer&) = delete;

    /// To be changed before start().
    Json& spec() { return spec_; }
    shim::Options& options() { return options_; }
    void command(const std::vector<std::string>& arguments) {
        spec_["process"]["args"] = arguments;
    }
    void use_terminal();

    /// Attaches a client that waits for the start.
    AttachedClient attach_early(bool input = true);
    /// Starts the shim. @return its first word: Started or Failed
    shim::Report start();
    /// What the shim says next over the control socket.
    shim::Report next_report() const;
    /// Waits for the end of the container. @return its exit code
    int wait();
    /// Waits until the shim itself has ended.
    void wait_for_shim();

    /// One request on a connection of its own, as a restarted daemon would make it.
    shim::Report ask(const shim::Request& request, const std::vector<int>& descriptors = {}) const;
    AttachedClient attach(bool input = true) const;
    /// Closes the control socket, as the kernel does when the daemon is killed.
    void forget_daemon() { control_.reset(); }

    [[nodiscard]] std::string log() const;
    [[nodiscard]] std::string folder() const { return root_ / "container"; }
    [[nodiscard]] std::string run_folder() const { return root_ / "run"; }
    [[nodiscard]] pid_t shim_pid() const { return shim_->pid(); }

  private:
    TempDir root_;
    Json spec_;
    shim::Options options_;
    Fd control_;
    Fd shims_control_;
    std::optional<Child> shim_;
};

}  // namespace minidock::test
