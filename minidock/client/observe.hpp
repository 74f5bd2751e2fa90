// The commands that watch: top, stats, events.
#pragma once

#include "minidock/client/command.hpp"

namespace minidock::client {

std::vector<Command> observe_commands();

/// One answer of the stats route as the fields of Docker's --format.
Json stats_row(const Json& stats);

/// One event in Docker's words:
/// "2024-05-01T12:00:00.000000000Z container start ID (image=busybox, name=box)".
std::string event_line(const Json& event);

}  // namespace minidock::client
