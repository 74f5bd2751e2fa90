// The API's versions: what the daemon speaks, and the prefix /v1.NN with which a client says what
// it speaks itself.
#pragma once

#include <string_view>

#include "minidock/http/request.hpp"

namespace minidock::api {

inline constexpr std::string_view newest_version = "1.47";
inline constexpr std::string_view oldest_version = "1.24";

/// The minidock release, "0.1.0".
std::string_view release();

/// Takes the prefix /v1.NN off the request's path, where there is one, and keeps the version as
/// the request's parameter "version" (the newest one when there is no prefix).
/// @throws BadParameter in Docker's words when the daemon does not speak it
void take_version(http::Request& request);

/// Whether the client speaks a version before `version`, and expects what was true then.
bool is_older_than(const http::Request& request, std::string_view version);

}  // namespace minidock::api
