// The three files under /etc that the engine gives every container: hostname(5), hosts(5) and
// resolv.conf(5).
#pragma once

#include <string>

#include "minidock/containers/settings.hpp"

namespace minidock::containers {

/// @param folder  where to write them; they are bound into the container from there
void write_network_files(const std::string& folder, const Config& config, const HostConfig& host);

}  // namespace minidock::containers
