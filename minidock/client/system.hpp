// The commands that show what is there: inspect, version, info, and what it takes.
#pragma once

#include "minidock/client/command.hpp"

namespace minidock::client {

std::vector<Command> system_commands();

/// `system df`.
int show_disk_usage(Context& context, const Arguments& arguments);

}  // namespace minidock::client
