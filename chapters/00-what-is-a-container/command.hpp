// A program that was started, whichever way, and what it says.
#pragma once

#include <chrono>
#include <string>

#include "minidock/base/child.hpp"

namespace minidock::chapter00 {

/// Runs a program to its end.
/// @return what it wrote to its standard output
/// @throws SystemError when it cannot be started
std::string output_of(const Program& program);

/// Reads from `fd` until the line "ready" has come.
/// @return when it came
/// @throws RequestError with what was said instead, at the end of the output or after `limit`
std::chrono::steady_clock::time_point wait_for_ready(int fd, std::chrono::seconds limit);

}  // namespace minidock::chapter00
