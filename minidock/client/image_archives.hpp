// The commands between images and files: load, import, save; and commit.
#pragma once

#include <vector>

#include "minidock/client/command.hpp"

namespace minidock::client {

std::vector<Command> image_archive_commands();

}  // namespace minidock::client
