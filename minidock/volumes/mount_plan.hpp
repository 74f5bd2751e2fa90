// All that is mounted in a container, from all that says so: the create request and the image.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "minidock/containers/container.hpp"
#include "minidock/volumes/mount_request.hpp"

namespace minidock::volumes {

/// The mounts of another container, by its name or id.
using MountsOf = std::function<std::vector<MountPoint>(const std::string& container)>;

/// In Docker's order: other containers' volumes (VolumesFrom), which Binds and Mounts may replace;
/// then what Config.Volumes lists and nothing else is mounted on.
/// @throws BadParameter when two of Binds, Mounts and Tmpfs want the same place
std::vector<MountRequest> plan_mounts(const containers::Definition& definition,
                                      const MountsOf& mounts_of);

}  // namespace minidock::volumes
