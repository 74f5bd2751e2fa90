// The calls that arrange what a process sees as its file system: mount(2), umount2(2),
// pivot_root(2), chroot(2), and the newer ones that work on descriptors, open_tree(2),
// move_mount(2) and mount_setattr(2). One system call each; SystemError when the kernel refuses.
#pragma once

#include <sys/mount.h>

#include <cstdint>
#include <string>

#include "minidock/base/fd.hpp"
#include "minidock/base/trace.hpp"

namespace minidock::kernel {

/// The arguments of mount(2), by name. What is empty is passed as NULL (except the target).
struct MountCall {
    std::string source{};
    std::string target{};
    std::string type{};
    unsigned long flags = 0;  ///< MS_…
    std::string data{};       ///< the file system's own options
    /// What an error and the trace call the target when it is only "/proc/self/fd/N".
    std::string place{};
};

/// mount(2).
void mount(const MountCall& call, const Why& why);

/// umount2(2).
/// @param flags MNT_DETACH and so on
void umount(const std::string& target, int flags, const Why& why);

/// pivot_root(2): `new_root` becomes the root mount, and the old one is stacked on `put_old`.
void pivot_root(const std::string& new_root, const std::string& put_old, const Why& why);

/// chroot(2): where the caller's look-up of "/" starts. Not a wall; chapter 3 says why.
void chroot(const std::string& path, const Why& why);

/// chdir(2).
void chdir(const std::string& path, const Why& why);

/// fchdir(2).
void fchdir(int fd, const Why& why);

/// open_tree(2): a descriptor for a mount; with OPEN_TREE_CLONE for a detached copy of it.
Fd open_tree(int at, const std::string& path, unsigned flags, const Why& why);

/// move_mount(2): puts the detached mount `from` on the place that `onto` is open at.
void attach_mount(int from, int onto, const Why& why);

/// What mount_setattr(2) changes about a mount: struct mount_attr, by name.
struct MountAttributes {
    std::uint64_t set = 0;          ///< MOUNT_ATTR_…
    std::uint64_t clear = 0;        ///< MOUNT_ATTR_…
    std::uint64_t propagation = 0;  ///< MS_PRIVATE, MS_SLAVE, MS_SHARED, MS_UNBINDABLE; 0: as it is
    int user_namespace = -1;        ///< whose id maps MOUNT_ATTR_IDMAP applies to files' owners
};

/// mount_setattr(2) on the mount that `fd` is open at the top of.
/// @param recursive also every mount below it
void mount_setattr(int fd, bool recursive, const MountAttributes& attributes, const Why& why);

}  // namespace minidock::kernel
