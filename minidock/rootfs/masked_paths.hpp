// Parts of a container's root that are hidden or cannot be written: config.json's
// "linux.maskedPaths" and "linux.readonlyPaths" (config-linux.md). /proc and /sys are the kernel's
// own and know no container: what must not be seen or touched there is covered by mounts.
#pragma once

#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/rootfs/open_in_root.hpp"

namespace minidock::rootfs {

/// Hides each path: a file behind /dev/null, a folder behind an empty one. What is not there needs
/// no hiding. Must be done while the host's /proc and /dev are there, that is, before the pivot:
/// the container's own /dev/null may be anything (CVE-2025-31133).
void mask_paths(const Fd& root, const std::vector<PathInRoot>& paths);

/// Makes each path read-only, with all that is mounted below it.
void make_paths_read_only(const Fd& root, const std::vector<PathInRoot>& paths);

}  // namespace minidock::rootfs
