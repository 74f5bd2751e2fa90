// The part of config.json that says what a container may use: linux.resources.
// See the OCI runtime specification, config-linux.md, "Control groups".
#pragma once

#include "minidock/base/json.hpp"
#include "minidock/cgroups/resources.hpp"

namespace minidock::runtime {

/// @throws BadParameter with the place of the fault
cgroups::Resources parse_resources(const JsonReader& resources);

}  // namespace minidock::runtime
