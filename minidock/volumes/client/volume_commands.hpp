// The client's commands of chapter 9: `minidock volume …`.
#pragma once

#include "minidock/client/command.hpp"

namespace minidock::volumes {

std::vector<client::Command> volume_commands();

}  // namespace minidock::volumes
