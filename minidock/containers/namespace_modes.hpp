// Namespaces that a container shares with another one: --pid, --ipc and --network container:NAME.
#pragma once

#include <string>

#include "minidock/base/json.hpp"
#include "minidock/containers/registry.hpp"
#include "minidock/containers/spec.hpp"

namespace minidock::containers {

/// Replaces the names in these modes of a HostConfig by ids, so that a renaming changes nothing.
/// @throws BadParameter when there is no such container, or it does not share
void resolve_namespace_modes(const Registry& registry, Json& host_config);

/// Completes what the runtime is told with the files of the others' namespaces.
/// @throws Conflict when one of them does not run
void join_namespaces(const Registry& registry, const std::string& exec_root, SpecInput& input);

}  // namespace minidock::containers
