// One request and its answer, as a handler sees them: blocking calls in the order in which things
// happen on the connection.
//
// A handler reads the body (or leaves it), and then answers in one of three ways: with a whole
// Response, with a stream whose head goes out at once, or by taking the connection over (hijack).
// When it returns, a stream is ended; when it throws, the server answers with the error, or cuts a
// stream short so that the client can tell.
#pragma once

#include <chrono>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "minidock/base/fd.hpp"
#include "minidock/http/request.hpp"
#include "minidock/http/response.hpp"

namespace minidock::http {

class Connection;
class RequestParser;

/// Thrown out of a handler when the client is no longer there. Nobody is left to tell, so the
/// server only closes the connection.
class ClientGone : public std::runtime_error {
  public:
    ClientGone() : std::runtime_error{"the client has gone"} {}
};

/// A connection that is no longer HTTP: raw bytes both ways.
struct Hijacked {
    Fd fd;              ///< the socket, blocking, without time limits
    std::string early;  ///< what the client sent behind the request's head: the first of its input
};

/// What ended a wait.
enum class Wake { ready, client_gone, stopping, timeout };

class Exchange {
  public:
    /// Made by the Server; the references outlive it.
    Exchange(Connection& connection, RequestParser& parser, Request request);
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    [[nodiscard]] const Request& request() const noexcept { return request_; }
    [[nodiscard]] Request& request() noexcept { return request_; }
    [[nodiscard]] const Query& query() const noexcept { return request_.query; }
    [[nodiscard]] const std::string& parameter(std::string_view name) const {
        return request_.parameter(name);
    }

    /// The next bytes of the body, decoded; 0 at its end. The pull that libarchive wants.
    /// @throws ClientGone when the client leaves in the middle, StatusError 408 when it stalls
    std::size_t read_body(std::span<char> into);
    /// The whole body.
    /// @throws StatusError 413 when it is longer than `limit` bytes
    std::string read_body(std::size_t limit = default_body_limit);
    /// Hands the body on piece by piece until its end.
    void read_body(const std::function<void(std::string_view)>& sink);
    /// The whole body as JSON; an empty body is null.
    /// @throws BadParameter when it is no JSON
    nlohmann::json read_json(std::size_t limit = default_body_limit);

    /// A field that every way of answering will carry.
    void add_header(std::string name, std::string value);

    /// Answers as a whole.
    void send(const Response& response);
    /// Starts an answer of unknown length; its head goes out now.
    void start_stream(int status, std::string_view content_type);
    /// Sends a piece of the stream now. @throws ClientGone
    void write(std::string_view piece);
    /// Takes the connection over: answers 101 UPGRADED when the client asked for an upgrade, else
    /// 200, and gives up the socket.
    Hijacked hijack(std::string_view content_type);

    /// Whether an answer has been begun, so that an error can no longer become a status.
    [[nodiscard]] bool answered() const noexcept { return state_ != State::open; }
    /// The status that was sent; 0 before.
    [[nodiscard]] int status() const noexcept { return status_; }

    /// Waits until `fd` is readable (or has hung up), the client has gone, the server stops, or the
    /// time is over. For long waits such as `wait` and `logs --follow`. Not after hijack().
    [[nodiscard]] Wake wait(int fd,
                            std::optional<std::chrono::milliseconds> timeout = std::nullopt) const;
    [[nodiscard]] bool client_gone() const;
    /// Becomes readable, and stays so, when the server stops. For a handler's own poll(2).
    [[nodiscard]] int stop_fd() const noexcept;

    /// Ends a stream and leaves the connection ready for the next request.
    /// @return false when the connection must be closed instead
    bool finish();

    static constexpr std::size_t default_body_limit = std::size_t{8} << 20;

  private:
    enum class State { open, streaming, done, hijacked };

    void begin_body();
    [[nodiscard]] std::string head(int status, std::string_view content_type,
                                   const Headers& more) const;
    [[nodiscard]] bool keep_alive() const;

    Connection& connection_;
    RequestParser& parser_;
    Request request_;
    Headers common_;
    State state_ = State::open;
    int status_ = 0;
    bool body_begun_ = false;
};

}  // namespace minidock::http
