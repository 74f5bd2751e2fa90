// The client's end of a connection: one request after the other, blocking.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "minidock/base/fd.hpp"
#include "minidock/http/exchange.hpp"
#include "minidock/http/parser.hpp"

namespace minidock::http {

/// The server closed where an answer was due.
class ServerGone : public std::runtime_error {
  public:
    ServerGone() : std::runtime_error{"the daemon closed the connection"} {}
};

class ClientConnection {
  public:
    explicit ClientConnection(Fd socket) noexcept : socket_{std::move(socket)} {}

    /// Sends a request. Its answer is to be read before the next one is sent.
    /// @param body  JSON; empty for none
    /// @param more  further fields
    void send(const std::string& method, std::string_view target, std::string_view body = {},
              const Headers& more = {});
    /// Asks for an upgrade: "Upgrade: tcp".
    /// @param body  JSON; empty for none
    void send_upgrade(const std::string& method, std::string_view target,
                      std::string_view body = {});
    /// Sends a body of unknown length, piece by piece.
    /// @param source  fills the buffer and returns how much; 0 at the end
    void send_stream(const std::string& method, std::string_view target,
                     std::string_view content_type,
                     const std::function<std::size_t(std::span<char>)>& source);

    /// Reads the head of the answer. @throws ServerGone, StatusError when it is no HTTP
    const ResponseHead& read_head();
    /// The next bytes of the answer's body; 0 at its end.
    /// @throws ServerGone when the end is missing
    std::size_t read_body(std::span<char> into);
    std::string read_body();

    /// Gives up the socket after the head of an upgrade's answer.
    Hijacked hijack();
    /// To be polled while an answer is waited for.
    [[nodiscard]] int fd() const noexcept { return socket_.get(); }

  private:
    void start(const std::string& method, std::string_view target, std::string_view fields,
               std::string_view body);
    /// @return false when the server has closed
    bool read_more();
    void advance();

    Fd socket_;
    std::string buffer_;
    std::unique_ptr<ResponseParser> parser_;
};

}  // namespace minidock::http
