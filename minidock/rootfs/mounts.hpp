// The mounts inside a container's root: /proc, /sys, /dev, volumes, and what else config.json
// lists. See the OCI runtime specification, config.md, "Mounts".
#pragma once

#include <string>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/rootfs/open_in_root.hpp"

namespace minidock::rootfs {

/// One entry of config.json's "mounts".
struct Mount {
    PathInRoot destination;
    std::string
        type;  ///< "proc", "tmpfs", …; "bind" or an option "bind" or "rbind" for a bind mount
    std::string source;  ///< for a bind mount a path on the host, else a name to show
    std::vector<std::string> options;
};

/// A detached copy of a bind mount's source on which files' owners are mapped: what belongs to an
/// id inside the maps of the user namespace belongs to the id outside, as the caller sees it. It
/// takes the rights over the file system: whoever is in a user namespace of their own has them not.
/// See mount_setattr(2), "ID-mapped mounts".
/// @throws Unsupported for a mount that is no bind mount; SystemError naming the source
Fd id_mapped_copy(const Mount& mount, const Fd& user_namespace);

/// Makes one mount inside `root`, on a place that is made if it is missing. No link inside the root
/// leads it out. Must be done while the host's /proc is there, that is, before the pivot.
/// @param copy of the source of a bind mount, where it was made beforehand (id_mapped_copy)
/// @throws SystemError naming source and destination
void mount_in_root(const Fd& root, const Mount& mount, const Fd& copy = {});

/// What every Linux container finds (config-linux.md, "Default Filesystems"): /proc, /dev with
/// /dev/pts, /dev/shm and /dev/mqueue, and a /sys that can only be read.
std::vector<Mount> default_mounts();

/// What of /proc and /sys tells too much of the host, or reaches it: hidden by default. The list
/// is Docker's.
std::vector<PathInRoot> default_masked_paths();

/// What of /proc may be read and not written, by default. The list is Docker's.
std::vector<PathInRoot> default_read_only_paths();

}  // namespace minidock::rootfs
