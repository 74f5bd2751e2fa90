// The functions of templates: Go's own, and those that Docker adds (json, join, split, lower,
// upper, title, pad, truncate).
#pragma once

#include <string>
#include <vector>

#include "minidock/base/json.hpp"

namespace minidock::client {

/// A value as Go prints it: a list as [a b], a map as map[key:value].
std::string shown_value(const Json& value);

/// Whether a condition takes it for true: it is not false, 0, empty or missing.
bool is_truth(const Json& value);

/// @throws BadParameter when there is no such function, or it is given what it cannot take
Json call_function(const std::string& name, const std::vector<Json>& operands);

}  // namespace minidock::client
