// From an exception to the status and the words that Docker's clients expect.
#pragma once

#include <exception>

#include "minidock/http/response.hpp"

namespace minidock::api {

/// NotFound is 404, Conflict 409, BadParameter 400, Unsupported 501, an http::StatusError its own;
/// anything else is the daemon's fault: 500. The body is {"message": what()}.
http::Response error_response(const std::exception& error);

}  // namespace minidock::api
