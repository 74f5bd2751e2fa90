// The command exec: a further program in a running container.
#pragma once

#include "minidock/client/command.hpp"

namespace minidock::client {

std::vector<Command> exec_commands();

}  // namespace minidock::client
