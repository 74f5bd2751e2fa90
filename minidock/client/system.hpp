// The commands that show what is there: inspect, version, info.
#pragma once

#include "minidock/client/command.hpp"

namespace minidock::client {

std::vector<Command> system_commands();

}  // namespace minidock::client
