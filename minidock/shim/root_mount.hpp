// The container's root file system: the image's layers with the container's own writable one on
// top, mounted on bundle/rootfs in a mount namespace that only the shim and its container are in.
// When the last of them ends, the kernel takes the mount away: it cannot be left behind.
// See mount_namespaces(7) and Documentation/filesystems/overlayfs.rst.
#pragma once

#include "minidock/shim/options.hpp"

namespace minidock::shim {

/// Moves the caller into a mount namespace of its own, and mounts there the overlay of the layers,
/// FOLDER/upper and FOLDER/work on FOLDER/bundle/rootfs (protocol.hpp).
void mount_root(const Options& options);

}  // namespace minidock::shim
