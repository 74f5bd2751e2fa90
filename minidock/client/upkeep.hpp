// The commands that change containers: restart, pause, unpause, rename, update, and removing many.
#pragma once

#include "minidock/client/command.hpp"

namespace minidock::client {

std::vector<Command> upkeep_commands();

}  // namespace minidock::client
