// A container's state in the words that `docker ps` shows: "Up 5 minutes", "Exited (0) 2 hours
// ago". The words are Docker's; clients look for them.
#pragma once

#include <string>

#include "minidock/containers/state.hpp"

namespace minidock::api {

std::string status_line(const containers::State& state, Timestamp now);

}  // namespace minidock::api
