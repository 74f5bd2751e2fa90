#include "minidock/api/error_response.hpp"

#include "minidock/base/error.hpp"

namespace minidock::api {
namespace {

template <class Error>
bool is(const std::exception& error) {
    return dynamic_cast<const Error*>(&error) != nullptr;
}

int status_of(const std::exception& error) {
    if (const auto* with_status = dynamic_cast<const http::StatusError*>(&error))
        return with_status->status();
    if (is<NotFound>(error)) return 404;
    if (is<Conflict>(error)) return 409;
    if (is<BadParameter>(error)) return 400;
    if (is<Unsupported>(error)) return 501;
    return 500;
}

}  // namespace

http::Response error_response(const std::exception& error) {
    return http::Response::message(status_of(error), error.what());
}

}  // namespace minidock::api
