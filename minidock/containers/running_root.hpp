// The file system of a running container as its own programs see it, with everything mounted in it.
#pragma once

#include "minidock/base/fd.hpp"
#include "minidock/containers/container.hpp"

namespace minidock::containers {

/// A descriptor (O_PATH) of a running container's root, by way of /proc/PID/root (proc(5)). Paths
/// in it are to be resolved by rootfs::open_in_root() only.
/// @throws Conflict when it does not run
Fd open_running_root(const Container& container);

}  // namespace minidock::containers
