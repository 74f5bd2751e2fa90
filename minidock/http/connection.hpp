// A connected socket with a buffer for what has been read ahead, and time limits. Inside the
// module; a handler sees the Exchange.
#pragma once

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "minidock/base/fd.hpp"
#include "minidock/http/exchange.hpp"

namespace minidock::http {

/// poll(2) for one descriptor, with what else may end a wait: the socket's other end has gone
/// altogether (not merely finished sending), or the server stops. Each is -1 when it is not
/// waited for.
Wake wait_for(int fd, int socket, int stop_fd, std::optional<std::chrono::milliseconds> timeout);

/// How a server that ends tells its connections: by descriptors that become readable.
struct Stops {
    int soft = -1;  ///< finish the request at hand and take no more
    int hard = -1;  ///< reading and writing are over: the client counts as gone
};

class Connection {
  public:
    Connection(Fd socket, Stops stops, std::chrono::milliseconds body_timeout,
               std::chrono::milliseconds write_timeout) noexcept
        : socket_{std::move(socket)},
          stops_{stops},
          body_timeout_{body_timeout},
          write_timeout_{write_timeout} {}

    /// Reads more into the buffer, after waiting up to `timeout` for it.
    /// @return ready, client_gone when there is no more, or timeout
    Wake read_more(std::chrono::milliseconds timeout);
    [[nodiscard]] std::string_view buffered() const noexcept {
        return std::string_view{buffer_}.substr(start_);
    }
    void consume(std::size_t bytes) noexcept;

    /// Sends all the pieces, in one call where the socket takes them.
    /// @param timeout  for the client to take some; none: it may take as long as it likes
    /// @throws ClientGone
    void write(std::initializer_list<std::string_view> pieces,
               std::optional<std::chrono::milliseconds> timeout);

    /// Tells the client that all is sent, and reads what it still sends for a moment, since a
    /// Unix socket closed with unread input takes back what was written last.
    void linger() noexcept;
    /// Gives the socket up.
    Fd release() noexcept { return std::move(socket_); }

    [[nodiscard]] int socket() const noexcept { return socket_.get(); }
    [[nodiscard]] int stop_fd() const noexcept { return stops_.soft; }
    [[nodiscard]] std::chrono::milliseconds body_timeout() const noexcept { return body_timeout_; }
    [[nodiscard]] std::chrono::milliseconds write_timeout() const noexcept {
        return write_timeout_;
    }

  private:
    Fd socket_;
    Stops stops_;
    std::chrono::milliseconds body_timeout_;
    std::chrono::milliseconds write_timeout_;
    std::string buffer_;
    std::size_t start_ = 0;  // of what has not been consumed
};

}  // namespace minidock::http
