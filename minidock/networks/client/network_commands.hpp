// `minidock network …` and `minidock port`.
#pragma once

#include <vector>

#include "minidock/client/command.hpp"

namespace minidock::networks {

std::vector<client::Command> network_commands();

}  // namespace minidock::networks
