// Opening and making things inside a container's root, from outside of it.
//
// A container's root is somebody else's folder: any part of a path in it may be a symbolic link
// that says "/etc" and means the host's. openat2(2) with RESOLVE_IN_ROOT lets the kernel itself
// resolve a path as if the root were "/", link for link, ".." for "..", in one step that cannot be
// raced. What comes out is a descriptor, and whoever mounts there mounts onto the descriptor: a
// link that is swapped in later moves nothing (CVE-2021-30465 was a runtime that mounted by path).
//
// Needs Linux 5.6. There is no fallback: to imitate this with paths is what went wrong before.
#pragma once

#include <string>

#include "minidock/base/fd.hpp"

namespace minidock::rootfs {

/// A path as the container sees it. It begins at the container's root, however it is written.
struct PathInRoot {
    std::string text;
};

/// A folder that is, or will be, a container's root: a descriptor to name it by (O_PATH).
/// @throws SystemError naming the folder
Fd open_root(const std::string& folder);

/// openat2(2) with RESOLVE_IN_ROOT.
/// @param flags open(2)'s; O_CLOEXEC is added
/// @throws SystemError naming the path; Unsupported on a kernel without openat2(2)
Fd open_in_root(const Fd& root, const PathInRoot& path, int flags);

/// The same, but none when there is no such thing.
Fd find_in_root(const Fd& root, const PathInRoot& path, int flags);

/// What is mounted on must be like what is mounted: a folder for a folder, a file for a file.
enum class MountPoint { folder, file };

/// Opens the place that a mount goes to (O_PATH), and makes it where it is missing, with the
/// folders above it: always inside the root, whatever links it contains.
Fd make_mount_point(const Fd& root, const PathInRoot& path, MountPoint kind);

}  // namespace minidock::rootfs
