// An answer that is known as a whole before it is sent. Streams are started on the Exchange.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "minidock/base/error.hpp"
#include "minidock/http/request.hpp"

namespace minidock::http {

struct Response {
    int status = 200;
    std::string content_type;  ///< empty: no such field
    std::string body;
    Headers headers{};

    /// A JSON body. Bytes that are no UTF-8 are replaced rather than refused.
    static Response json(const nlohmann::json& value, int status = 200);
    /// {"message":"…"}, as Docker tells an error.
    static Response message(int status, std::string_view text);
    static Response text(std::string body, int status = 200);
    /// No body: 204, 304.
    static Response empty(int status = 204);
};

/// An error that is a status of its own, where none of base/error.hpp's types fits.
class StatusError : public RequestError {
  public:
    StatusError(int status, const std::string& message) : RequestError{message}, status_{status} {}
    [[nodiscard]] int status() const noexcept { return status_; }

  private:
    int status_;
};

/// "Not Found" for 404.
std::string_view reason_phrase(int status);

}  // namespace minidock::http
