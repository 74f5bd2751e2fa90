// Which OCI runtime makes a container: the daemon's, or one that the container asks for by name.
#pragma once

#include <string>

namespace minidock::containers {

/// The path of a runtime.
/// @param name              HostConfig.Runtime: "runc", "crun", "minirun"; empty for the default
/// @param default_runtime   the path of the daemon's own
/// @throws BadParameter in Docker's words for one that is not there
std::string runtime_path(const std::string& name, const std::string& default_runtime);

}  // namespace minidock::containers
