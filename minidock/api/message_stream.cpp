#include "minidock/api/message_stream.hpp"

#include <nlohmann/json.hpp>

#include "minidock/base/log.hpp"

namespace minidock::api {

void MessageStream::run(const std::function<void()>& work) {
    try {
        work();
    } catch (const http::ClientGone&) {
        throw;
    } catch (const std::exception& error) {
        if (!exchange_.answered()) throw;
        const http::Request& request = exchange_.request();
        log::error("{} {}: {}", request.method, request.path, error.what());
        send({{"errorDetail", {{"message", error.what()}}}, {"error", error.what()}});
    }
}

void MessageStream::send(const nlohmann::json& message) {
    if (!exchange_.answered()) exchange_.start_stream(200, "application/json");
    exchange_.write(message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
                    "\r\n");
}

void MessageStream::text(std::string_view line) {
    send({{"stream", line}});
}

void MessageStream::status(std::string_view status) {
    send({{"status", status}});
}

void MessageStream::progress(std::string_view id, std::string_view action, std::uint64_t done,
                             std::uint64_t total) {
    send({{"status", action},
          {"progressDetail", {{"current", done}, {"total", total}}},
          {"id", id}});
}

}  // namespace minidock::api
