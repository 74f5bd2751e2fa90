// What is done on the host before the runtime binds a mount's source into the container.
#pragma once

#include <string>
#include <vector>

#include "minidock/volumes/mount_point.hpp"

namespace minidock::volumes {

/// Makes a bind mount's missing source, if it may, and checks that it can hand mounts on.
/// @throws BadParameter
void prepare_source(const MountPoint& mount);

/// A mount that is to pass mounts on, or take them in, needs a root that does not stop them:
/// linux.rootfsPropagation of the specification.
void set_root_propagation(Json& spec, const std::vector<MountPoint>& mounts);

/// Opens a part of a volume, which no link leads out of, and binds it to a path that the runtime
/// can be told. The volume's content belongs to containers: one of them may swap a folder for a
/// link to "/" at any moment, so the path in the volume must be resolved once, by the kernel
/// (openat2(2)), and never again.
/// @param place  where to bind it; it is made, with the folders above it
/// @throws BadParameter when it is not there, or leads out
void mount_subpath(const std::string& volume, const std::string& subpath, const std::string& place);

/// Unmounts and removes what mount_subpath() has made in a folder, and the folder.
void remove_subpath_mounts(const std::string& folder);

}  // namespace minidock::volumes
