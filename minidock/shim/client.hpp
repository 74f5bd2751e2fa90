// Somebody attached to a container: the socket of a `docker attach`, handed over by the daemon.
//
// Output goes to a client in frames of 8 bytes and a payload (Docker's multiplexed stream), or raw
// from a terminal. A client that reads more slowly than the container writes is not cut off, since
// then `docker run … | slow` would lose data: as in Docker the container waits for it, as it would
// for the reader of a pipe. The log has everything already by then.
#pragma once

#include <string>
#include <string_view>

#include "minidock/base/fd.hpp"
#include "minidock/shim/detach_keys.hpp"
#include "minidock/shim/json_log.hpp"
#include "minidock/shim/protocol.hpp"

namespace minidock::shim {

class Client {
  public:
    /// @param early   what the client sent before it came here
    /// @param framed  false for a terminal's raw stream
    Client(Fd socket, const Attach& wish, std::string early, bool framed);

    [[nodiscard]] int fd() const noexcept { return socket_.get(); }
    /// Left, or was told good-bye; to be forgotten.
    [[nodiscard]] bool gone() const noexcept { return !socket_; }

    /// Sends output, if this client wants that stream; what the socket does not take now waits.
    void send(Stream stream, std::string_view bytes);
    /// Sends what waits, as much as the socket takes.
    void flush();
    [[nodiscard]] bool has_output_waiting() const noexcept { return !waiting_.empty(); }
    /// So much output waits that the container should not make more.
    [[nodiscard]] bool overfull() const noexcept { return waiting_.size() >= waiting_limit; }

    /// Whether there may be input from this client.
    [[nodiscard]] bool has_input() const noexcept { return wants_input_ && !input_ended_; }
    /// The next piece of input for the container, as far as it has come.
    std::string receive();
    /// The client has ended its input; its output goes on.
    [[nodiscard]] bool input_ended() const noexcept { return input_ended_; }

    /// The client has closed its socket. What it had sent before is still to be read; of output
    /// it wants no more.
    void hang_up();
    [[nodiscard]] bool hung_up() const noexcept { return hung_up_; }

    /// The last output has been sent: tells the client so, and waits for it to leave.
    void finish();
    [[nodiscard]] bool finished() const noexcept { return finished_; }
    /// Reads and forgets; notices when the client has left.
    void discard_input();
    void drop() noexcept { socket_.reset(); }

    /// Enough for a client to work while the container does; small, since every shim pays for it.
    static constexpr std::size_t waiting_limit = 65536;

  private:
    bool wants(Stream stream) const noexcept;
    std::string read_socket();

    Fd socket_;
    bool wants_input_;
    bool wants_output_;
    bool wants_errors_;
    bool framed_;
    bool input_ended_ = false;
    bool hung_up_ = false;
    bool finished_ = false;
    std::string early_;
    std::string waiting_;
    DetachKeys detach_keys_;
};

}  // namespace minidock::shim
