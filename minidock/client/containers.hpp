// The commands that look at containers and end them: ps, stop, kill, rm, wait, logs.
#pragma once

#include "minidock/client/command.hpp"

namespace minidock::client {

std::vector<Command> container_commands();

}  // namespace minidock::client
