#include "minidock/http/exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "minidock/base/json.hpp"
#include "minidock/http/connection.hpp"
#include "minidock/http/parser.hpp"

namespace minidock::http {
namespace {

/// RFC 9110 section 5.6.7: "Tue, 15 Nov 1994 08:12:31 GMT".
std::string http_date() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    std::array<char, 40> text{};
    const std::size_t length =
        std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    return {text.data(), length};
}

bool has_no_body(int status) {
    return status < 200 || status == 204 || status == 304;
}

void append_fields(std::string& head, const Headers& fields) {
    for (const auto& [name, value] : fields)
        head += fmt::format("{}: {}\r\n", name, value);
}

}  // namespace

Exchange::Exchange(Connection& connection, RequestParser& parser, Request request)
    : connection_{connection}, parser_{parser}, request_{std::move(request)} {}

void Exchange::add_header(std::string name, std::string value) {
    common_.add(std::move(name), std::move(value));
}

void Exchange::begin_body() {
    if (std::exchange(body_begun_, true)) return;
    // A client that asked waits for this before it sends a large body (RFC 9110 section 10.1.1).
    if (request_.headers.lists("Expect", "100-continue"))
        connection_.write({"HTTP/1.1 100 Continue\r\n\r\n"}, connection_.write_timeout());
}

std::size_t Exchange::read_body(std::span<char> into) {
    begin_body();
    std::string& pending = parser_.body();
    while (pending.empty() && !parser_.done()) {
        const std::size_t taken = parser_.put(connection_.buffered());
        connection_.consume(taken);
        if (!pending.empty() || taken > 0) continue;
        const Wake wake = connection_.read_more(connection_.body_timeout());
        if (wake == Wake::timeout) throw StatusError(408, "the rest of the body did not come");
        if (wake == Wake::client_gone) throw ClientGone{};
    }
    const std::size_t n = std::min(into.size(), pending.size());
    std::copy_n(pending.begin(), n, into.begin());
    pending.erase(0, n);
    return n;
}

std::string Exchange::read_body(std::size_t limit) {
    std::string body;
    read_body([&](std::string_view piece) {
        if (body.size() + piece.size() > limit)
            throw StatusError(413, fmt::format("the body is longer than {} bytes", limit));
        body += piece;
    });
    return body;
}

void Exchange::read_body(const std::function<void(std::string_view)>& sink) {
    std::array<char, 16384> piece{};
    while (const std::size_t n = read_body(std::span<char>{piece}))
        sink({piece.data(), n});
}

nlohmann::json Exchange::read_json(std::size_t limit) {
    const std::string body = read_body(limit);
    if (body.find_first_not_of(" \t\r\n") == std::string::npos) return nullptr;
    return parse_json(body, "the body");
}

std::string Exchange::head(int status, std::string_view content_type, const Headers& more) const {
    std::string text = fmt::format("HTTP/1.1 {} {}\r\n", status, reason_phrase(status));
    append_fields(text, common_);
    append_fields(text, more);
    if (!content_type.empty()) text += fmt::format("Content-Type: {}\r\n", content_type);
    return text;
}

void Exchange::send(const Response& response) {
    status_ = response.status;
    state_ = State::done;
    std::string text = head(response.status, response.content_type, response.headers);
    text += fmt::format("Date: {}\r\n", http_date());
    if (!has_no_body(response.status))
        text += fmt::format("Content-Length: {}\r\n", response.body.size());
    if (!keep_alive()) text += "Connection: close\r\n";
    text += "\r\n";
    const bool body_goes = !has_no_body(response.status) && request_.method != "HEAD";
    connection_.write({text, body_goes ? std::string_view{response.body} : std::string_view{}},
                      connection_.write_timeout());
}

void Exchange::start_stream(int status, std::string_view content_type) {
    status_ = status;
    state_ = State::streaming;
    std::string text = head(status, content_type, {});
    text += fmt::format("Date: {}\r\n", http_date());
    // HTTP/1.0 knows no chunks: there the end of the connection is the end of the body.
    if (request_.minor_version >= 1) text += "Transfer-Encoding: chunked\r\n";
    if (!keep_alive()) text += "Connection: close\r\n";
    text += "\r\n";
    connection_.write({text}, connection_.write_timeout());
}

void Exchange::write(std::string_view piece) {
    if (piece.empty() || request_.method == "HEAD") return;
    if (request_.minor_version >= 1)
        connection_.write({fmt::format("{:x}\r\n", piece.size()), piece, "\r\n"}, std::nullopt);
    else
        connection_.write({piece}, std::nullopt);
}

Hijacked Exchange::hijack(std::string_view content_type) {
    const bool upgrade = request_.wants_upgrade();
    std::string text;
    if (upgrade) {
        text = "HTTP/1.1 101 UPGRADED\r\n";
        append_fields(text, common_);
        text += fmt::format("Content-Type: {}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
                            content_type);
    } else {
        text = head(200, content_type, {}) + "\r\n";
    }
    connection_.write({text}, connection_.write_timeout());
    status_ = upgrade ? 101 : 200;
    state_ = State::hijacked;
    std::string early{parser_.body()};
    early += connection_.buffered();
    return {connection_.release(), std::move(early)};
}

Wake Exchange::wait(int fd, std::optional<std::chrono::milliseconds> timeout) const {
    return wait_for(fd, connection_.socket(), connection_.stop_fd(), timeout);
}

bool Exchange::client_gone() const {
    return wait_for(-1, connection_.socket(), -1, std::chrono::milliseconds{0}) ==
           Wake::client_gone;
}

int Exchange::stop_fd() const noexcept {
    return connection_.stop_fd();
}

bool Exchange::keep_alive() const {
    return parser_.keep_alive() &&
           wait_for(-1, -1, connection_.stop_fd(), std::chrono::milliseconds{0}) == Wake::timeout;
}

bool Exchange::finish() {
    if (state_ == State::hijacked) return false;
    if (state_ == State::open) send(Response::empty(204));
    if (state_ == State::streaming) {
        if (request_.minor_version >= 1 && request_.method != "HEAD")
            connection_.write({"0\r\n\r\n"}, std::nullopt);
        state_ = State::done;
    }
    if (!keep_alive() || request_.minor_version == 0) return false;
    // A body that the handler did not want must be out of the way before the next request. One
    // that is not here yet is not worth waiting for.
    while (!parser_.done()) {
        const std::size_t taken = parser_.put(connection_.buffered());
        if (taken == 0) return false;
        connection_.consume(taken);
        parser_.body().clear();
    }
    return true;
}

}  // namespace minidock::http
