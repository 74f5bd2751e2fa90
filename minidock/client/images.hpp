// The commands of images: images, rmi, load, import.
#pragma once

#include "minidock/client/command.hpp"

namespace minidock::client {

std::vector<Command> image_commands();

}  // namespace minidock::client
