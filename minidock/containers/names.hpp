// Names of containers: what may be one, and those that the engine makes up.
#pragma once

#include <string>
#include <string_view>

namespace minidock::containers {

/// Takes the leading slash off, with which the API writes names.
/// @throws BadParameter in Docker's words when it is no name
std::string parse_name(std::string_view text);

/// A random name: an adjective and a famous ship, "patient_fram".
std::string random_name();

}  // namespace minidock::containers
