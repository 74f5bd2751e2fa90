// The commands that deal with registries: pull, push, login, logout, search.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "minidock/client/command.hpp"

namespace minidock::client {

/// Pulls an image, and shows how it goes on.
/// @param platform  "linux/arm64"; empty for the daemon's
/// @param out       where it is shown; none: nowhere
/// @throws DaemonError, Failure
void pull_image(Context& context, const std::string& name, const std::string& platform,
                std::FILE* out);

std::vector<Command> registry_commands();

}  // namespace minidock::client
