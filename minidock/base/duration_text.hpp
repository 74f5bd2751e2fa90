// How long something took or has been, in the words that Docker's programs use.
#pragma once

#include <chrono>
#include <string>

namespace minidock {

/// "Less than a second", "45 seconds", "About an hour", "3 weeks".
std::string human_duration(std::chrono::nanoseconds duration);

}  // namespace minidock
