// The values that people type after options: sizes, processors, variables, labels.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "minidock/base/json.hpp"

namespace minidock::client {

/// "1h30m" in Go's notation; from nanoseconds to hours. @throws BadParameter
std::chrono::nanoseconds parse_duration(std::string_view text);

/// "64m" as bytes: a number, with a fraction if need be, and b, k, m, g, t or p (powers of 1024),
/// which may be followed by b or ib. @throws BadParameter
std::int64_t parse_size(std::string_view text);

/// "0.5" processors as billionths. @throws BadParameter when it is none, negative, or finer
std::int64_t parse_cpus(std::string_view text);

/// "NAME=value" as it is; "NAME" with the value of our own environment, or nothing when it has
/// none.
/// @throws BadParameter when there is no name
std::optional<std::string> parse_variable(const std::string& text);

/// The variables in a file: one a line, # starts a comment.
/// @throws SystemError when it cannot be read, BadParameter naming the line
std::vector<std::string> read_variables(const std::string& path);

/// "key=value", or "key" with an empty value.
std::pair<std::string, std::string> parse_label(const std::string& text);

/// Labels as the API takes them: {"key": "value"}; of one key the last counts.
Json parse_labels(const std::vector<std::string>& texts);

/// "ctrl-p,ctrl-q" as the bytes that a terminal sends for it. @throws BadParameter
std::string parse_detach_keys(std::string_view text);

/// A moment as Docker's --since and --until take it: a Unix time, RFC 3339, or how long ago
/// ("42m", "1h30m"), as seconds since 1970 with a fraction: "1700000000.000000000".
/// @throws BadParameter
std::string parse_moment(std::string_view text);

}  // namespace minidock::client
