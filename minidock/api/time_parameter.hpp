// Moments in a query, as `since` and `until` of logs and events have them.
#pragma once

#include <optional>

#include "minidock/base/timestamp.hpp"
#include "minidock/http/query.hpp"

namespace minidock::api {

/// Seconds since 1970, with a fraction: "1700000000.123456789". 0 and nothing are no limit.
/// @throws BadParameter in Docker's words
std::optional<Timestamp> time_parameter(const http::Query& query, const char* name);

}  // namespace minidock::api
