// The two documents that describe a container to the API, Config and HostConfig: which fields they
// have, of which types, and what stands there when the user says nothing. See the definitions
// ContainerConfig and HostConfig of the Docker Engine API, v1.47.
//
// A container keeps both documents whole, as inspect shows them; settings.hpp reads out of them
// what the engine acts upon.
#pragma once

#include "minidock/base/json.hpp"

namespace minidock::containers {

/// The Config of a create request: known fields checked and completed, unknown ones left out.
/// @param request  the request's whole body, in which Config's fields stand at the top
/// @throws BadParameter naming the field of a wrong type
Json complete_config(const JsonReader& request);

/// The same for the request's HostConfig, which may be missing.
Json complete_host_config(const JsonReader& request);

}  // namespace minidock::containers
