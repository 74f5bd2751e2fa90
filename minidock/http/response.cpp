#include "minidock/http/response.hpp"

#include <nlohmann/json.hpp>

namespace minidock::http {

Response Response::json(const nlohmann::json& value, int status) {
    return {.status = status,
            .content_type = "application/json",
            .body = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"};
}

Response Response::message(int status, std::string_view text) {
    return json({{"message", text}}, status);
}

Response Response::text(std::string body, int status) {
    return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::move(body)};
}

Response Response::empty(int status) {
    return {.status = status, .content_type = {}, .body = {}};
}

}  // namespace minidock::http
