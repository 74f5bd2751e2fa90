#include "minidock/http/client.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "minidock/base/error.hpp"

namespace minidock::http {
namespace {

/// @return false when nobody reads any more
bool send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
        if (n < 0 && errno != EINTR) return false;
    }
    return true;
}

}  // namespace

void ClientConnection::start(const std::string& method, std::string_view target,
                             std::string_view fields, std::string_view body) {
    parser_ = ResponseParser::make(method == "HEAD");
    const std::string head =
        fmt::format("{} {} HTTP/1.1\r\nHost: minidock\r\nUser-Agent: minidock\r\n{}\r\n", method,
                    target, fields);
    // A server that refuses early has closed its reading side, and its answer is still to be read.
    send_all(socket_.get(), head + std::string{body});
}

void ClientConnection::send(const std::string& method, std::string_view target,
                            std::string_view body, const Headers& more) {
    std::string fields;
    for (const auto& [name, value] : more)
        fields += fmt::format("{}: {}\r\n", name, value);
    if (!body.empty()) fields = "Content-Type: application/json\r\n";
    if (!body.empty() || method == "POST")
        fields += fmt::format("Content-Length: {}\r\n", body.size());
    start(method, target, fields, body);
}

void ClientConnection::send_upgrade(const std::string& method, std::string_view target,
                                    std::string_view body) {
    const char* const type = body.empty() ? "" : "Content-Type: application/json\r\n";
    start(method, target,
          fmt::format("Connection: Upgrade\r\nUpgrade: tcp\r\n{}Content-Length: {}\r\n", type,
                      body.size()),
          body);
}

void ClientConnection::send_stream(const std::string& method, std::string_view target,
                                   std::string_view content_type,
                                   const std::function<std::size_t(std::span<char>)>& source) {
    start(method, target,
          fmt::format("Content-Type: {}\r\nTransfer-Encoding: chunked\r\n", content_type), {});
    std::array<char, 65536> piece{};
    for (;;) {
        const std::size_t size = source(piece);
        const std::string_view bytes{piece.data(), size};
        const bool sent = send_all(socket_.get(), fmt::format("{:x}\r\n", size)) &&
                          send_all(socket_.get(), bytes) && send_all(socket_.get(), "\r\n");
        if (!sent || size == 0) return;
    }
}

bool ClientConnection::read_more() {
    std::array<char, 32768> piece{};
    ssize_t n = 0;
    do {
        n = ::recv(socket_.get(), piece.data(), piece.size(), 0);
    } while (n < 0 && errno == EINTR);
    if (n <= 0) return false;
    buffer_.append(piece.data(), static_cast<std::size_t>(n));
    return true;
}

/// Parses what has been read, after reading more where that is not enough.
void ClientConnection::advance() {
    const std::size_t taken = parser_->put(buffer_);
    buffer_.erase(0, taken);
    if (taken > 0 || parser_->done()) return;
    if (read_more()) return;
    if (!parser_->head_done()) throw ServerGone{};
    try {
        parser_->put_end();
    } catch (const StatusError&) {
        throw ServerGone{};
    }
}

const ResponseHead& ClientConnection::read_head() {
    do {
        while (!parser_->head_done())
            advance();
        if (parser_->head().status != 100) return parser_->head();
        parser_ = ResponseParser::make(false);
    } while (true);
}

std::size_t ClientConnection::read_body(std::span<char> into) {
    std::string& pending = parser_->body();
    while (pending.empty() && !parser_->done())
        advance();
    const std::size_t n = std::min(into.size(), pending.size());
    std::copy_n(pending.begin(), n, into.begin());
    pending.erase(0, n);
    return n;
}

std::string ClientConnection::read_body() {
    std::string body;
    std::array<char, 16384> piece{};
    while (const std::size_t n = read_body(piece))
        body.append(piece.data(), n);
    return body;
}

Hijacked ClientConnection::hijack() {
    std::string early{std::move(parser_->body())};
    early += std::exchange(buffer_, {});
    return {std::move(socket_), std::move(early)};
}

}  // namespace minidock::http
