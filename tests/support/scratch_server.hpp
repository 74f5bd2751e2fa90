// A server on a socket in a scratch folder, and a client that speaks bytes rather than HTTP, so
// that tests can say what a broken client says.
#pragma once

#include <poll.h>
#include <sys/socket.h>

#include <string>
#include <thread>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"
#include "minidock/base/unix_socket.hpp"
#include "minidock/http/listener.hpp"
#include "minidock/http/server.hpp"

namespace minidock::test {

/// Limits that make a slow client slow within a test's patience.
inline http::Limits hasty_limits() {
    http::Limits limits;
    limits.header = std::chrono::milliseconds{200};
    limits.body = std::chrono::milliseconds{200};
    limits.idle = std::chrono::milliseconds{400};
    limits.write = std::chrono::milliseconds{400};
    limits.goodbye = std::chrono::milliseconds{300};
    return limits;
}

class ScratchServer {
  public:
    explicit ScratchServer(http::Handler handler, const http::Limits& limits = {})
        : server_{http::listen_for_clients(path(), "minidock"), std::move(handler), limits},
          thread_{[this] { server_.run(); }} {}
    ~ScratchServer() {
        server_.stop();
        thread_.join();
    }
    ScratchServer(const ScratchServer&) = delete;
    ScratchServer& operator=(const ScratchServer&) = delete;

    [[nodiscard]] std::string path() const { return folder_ / "server.sock"; }
    http::Server& server() { return server_; }

  private:
    TempDir folder_;
    http::Server server_;
    std::thread thread_;
};

/// A connection on which a test says and hears bytes.
class RawClient {
  public:
    explicit RawClient(const ScratchServer& server) : socket_{connect_unix(server.path())} {}

    /// @throws SystemError when the server has closed
    void say(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t n = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n < 0) throw SystemError("write to the server");
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
    }
    void stop_talking() { ::shutdown(socket_.get(), SHUT_WR); }
    void hang_up() { socket_.reset(); }

    /// Everything until the server closes.
    std::string hear_all() {
        std::string heard;
        while (hear_some(heard)) {
        }
        return heard;
    }

    /// Everything until `end` has been heard.
    std::string hear_until(std::string_view end) {
        std::string heard;
        while (heard.find(end) == std::string::npos && hear_some(heard)) {
        }
        return heard;
    }

  private:
    bool hear_some(std::string& heard) {
        pollfd entry{.fd = socket_.get(), .events = POLLIN, .revents = 0};
        if (::poll(&entry, 1, 10'000) <= 0) return false;
        char buffer[4096];
        const ssize_t n = ::recv(socket_.get(), buffer, sizeof buffer, 0);
        if (n <= 0) return false;
        heard.append(buffer, static_cast<std::size_t>(n));
        return true;
    }

    Fd socket_;
};

}  // namespace minidock::test
