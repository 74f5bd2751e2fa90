// Further programs in the container (`docker exec`): each with its own streams, beside the
// container's own. They are the shim's children, as the container's first process is.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <list>
#include <optional>
#include <string>

#include "minidock/base/child.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/unix_socket.hpp"
#include "minidock/shim/poll_loop.hpp"
#include "minidock/shim/protocol.hpp"
#include "minidock/shim/runtime_command.hpp"
#include "minidock/shim/streams.hpp"

namespace minidock::shim {

/// A client that has all its output gets this long to close its socket.
inline constexpr std::chrono::seconds goodbye_time{10};

class Execs {
  public:
    explicit Execs(std::string run_folder) : run_folder_{std::move(run_folder)} {}

    /// Starts a program, and tells the daemon on `connection` how that went; later, how it ended.
    void start(const Exec& wish, Message& message, Fd connection, const RuntimeCommand& runtime);
    void resize(const Resize& size) const;

    /// A child of the shim's has ended. @return false when it is none of these
    bool take_exit(pid_t pid, ExitStatus status);
    /// The container has ended, and with it whatever still ran in it.
    void end_all();

    /// Says what to wait for in this round. @return how long at the most
    std::optional<std::chrono::milliseconds> register_with(PollLoop& loop);
    /// Sees off the programs that have ended, and forgets those whose clients have left. Between
    /// rounds only: handlers point to streams and clients.
    void forget_gone();
    [[nodiscard]] bool empty() const noexcept { return execs_.empty(); }

  private:
    struct Running {
        std::string id;
        Streams streams;
        Fd connection;                     // to the daemon, for the end
        pid_t pid = 0;                     // 0: has ended
        std::optional<ExitStatus> status;  // has been reaped, and is to be seen off
        std::chrono::steady_clock::time_point ended_at{};
    };
    void bring_up(Running& exec, const Exec& wish, bool has_client, const RuntimeCommand& runtime);
    static void end(Running& exec, ExitStatus status);

    std::string run_folder_;
    std::list<Running> execs_;
};

/// Reads what the runtime has written with --pid-file. @throws BadParameter
pid_t read_pid_file(const std::string& path);
/// What a client had sent before its socket was handed over.
std::string early_input(const Message& message);

}  // namespace minidock::shim
