// A mount of type "cgroup": the container's view of its own control group, usually read-only at
// /sys/fs/cgroup. See the OCI runtime specification, config-linux.md, "Default Filesystems", and
// cgroup_namespaces(7).
#pragma once

#include "minidock/base/fd.hpp"
#include "minidock/cgroups/group.hpp"
#include "minidock/rootfs/mounts.hpp"

namespace minidock::runtime {

/// On v2 the tree itself is mounted, which the cgroup namespace makes begin at the container's
/// group; on v1 and hybrid machines, a tmpfs with a folder for each of the machine's trees.
/// @param own_namespace whether the container has its own cgroup namespace; without one, the
///        folders of `group` are bound instead
void mount_cgroups(const Fd& root, const rootfs::Mount& mount, const cgroups::Group& group,
                   bool own_namespace);

}  // namespace minidock::runtime
