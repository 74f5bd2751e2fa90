// `docker update`: other limits and another restart policy for a container that is there, whether
// it runs or not. See the Docker Engine API v1.47, ContainerUpdate.
#pragma once

#include <string>
#include <vector>

#include "minidock/containers/containers.hpp"

namespace minidock::containers {

/// @param body  the fields of Resources, and RestartPolicy; what is zero or missing stays as it is
/// @return warnings
/// @throws BadParameter, Conflict
std::vector<std::string> update(const Containers& containers, Container& container,
                                const Json& body);

}  // namespace minidock::containers
