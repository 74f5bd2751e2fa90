// The daemon as the client sees it: requests to the Engine API over its Unix socket.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>

#include "minidock/base/error.hpp"
#include "minidock/base/json.hpp"
#include "minidock/http/client.hpp"

namespace minidock::client {

/// The daemon's no: its status and its words.
class DaemonError : public RequestError {
  public:
    DaemonError(int status, const std::string& message) : RequestError{message}, status_{status} {}
    [[nodiscard]] int status() const noexcept { return status_; }

  private:
    int status_;
};

/// Nobody answers at the socket. The message says why, and how to start the daemon.
class Unreachable : public RequestError {
    using RequestError::RequestError;
};

class Daemon {
  public:
    /// @param host  unix://PATH, or a path
    /// @throws BadParameter when it is of another kind
    explicit Daemon(const std::string& host);

    [[nodiscard]] const std::string& socket_path() const noexcept { return path_; }

    /// Asks and waits for the whole answer, on a connection that is kept for the next request.
    /// @param target  without the version's prefix: "/containers/json?all=1"
    /// @throws DaemonError for a status of 400 and above, Unreachable
    std::string request(const std::string& method, const std::string& target,
                        std::string_view body = {});
    /// The same, with the answer as JSON.
    Json get(const std::string& target);
    Json post(const std::string& target, const Json& body);

    /// A connection of its own, for an answer that takes long or takes the connection over.
    /// @throws Unreachable
    http::ClientConnection connect() const;

    /// Reads the head of an answer, and the message when it is an error.
    /// @throws DaemonError
    static const http::ResponseHead& expect_success(http::ClientConnection& connection);
    /// "/containers/json" as the daemon wants it: "/v1.47/containers/json".
    static std::string versioned(std::string_view target);

  private:
    std::string path_;
    std::unique_ptr<http::ClientConnection> kept_;
};

}  // namespace minidock::client
