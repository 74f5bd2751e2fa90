// From bytes to messages: Boost.Beast's incremental parser behind a small face, so that Beast is
// compiled in one file only. Inside the module; a handler sees the Exchange.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "minidock/http/request.hpp"

namespace minidock::http {

/// The status line and fields of an answer.
struct ResponseHead {
    int status = 0;
    Headers headers;
    int minor_version = 1;
};

/// What the parsers of requests and of responses share. Bytes go in by put(); a body comes out
/// decoded (Content-Length or chunked) in body().
class MessageParser {
  public:
    virtual ~MessageParser() = default;

    /// Takes in some of `bytes`: the head as a whole, or the next piece of the body.
    /// @return how many it took; 0 when it needs more than there is
    /// @throws StatusError 400 or 431 when they are no HTTP
    virtual std::size_t put(std::string_view bytes) = 0;
    /// The sender has closed, which ends a body without a length.
    /// @throws StatusError 400 when more was due
    virtual void put_end() = 0;
    [[nodiscard]] virtual bool head_done() const = 0;
    [[nodiscard]] virtual bool done() const = 0;
    [[nodiscard]] virtual bool keep_alive() const = 0;

    /// The decoded bytes of the body that nobody has taken yet.
    [[nodiscard]] std::string& body() noexcept { return body_; }

  protected:
    std::string body_;
};

class RequestParser : public MessageParser {
  public:
    static std::unique_ptr<RequestParser> make(std::size_t header_bytes);
    [[nodiscard]] Request& request() noexcept { return request_; }

  protected:
    Request request_;
};

class ResponseParser : public MessageParser {
  public:
    /// @param without_body  the answer to a HEAD has the length of a body but none
    static std::unique_ptr<ResponseParser> make(bool without_body);
    [[nodiscard]] ResponseHead& head() noexcept { return head_; }

  protected:
    ResponseHead head_;
};

}  // namespace minidock::http
