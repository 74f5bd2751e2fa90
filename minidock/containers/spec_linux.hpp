// The part `linux` of a container's config.json: namespaces, limits, devices, hidden paths. See the
// OCI runtime specification, config-linux.md.
#pragma once

#include "minidock/base/json.hpp"
#include "minidock/containers/spec.hpp"

namespace minidock::containers {

Json make_linux_spec(const SpecInput& input);

/// linux.resources: only what the user has limited, and the device filter.
Json make_resources(const HostConfig& host);

}  // namespace minidock::containers
