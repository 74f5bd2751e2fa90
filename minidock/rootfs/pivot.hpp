// Making a folder the root of a mount namespace for good. See pivot_root(2).
//
// chroot(2) only changes where a process's look-up of "/" begins; the old tree stays mounted, and
// a process with CAP_SYS_CHROOT walks back to it. pivot_root(2) exchanges the root mount itself;
// once the old one is unmounted, there is nothing to walk back to.
#pragma once

#include <string>

#include "minidock/base/fd.hpp"

namespace minidock::rootfs {

/// Makes sure that `folder` is a mount (a bind mount of itself), as pivot_root(2) demands, and
/// opens the top of it.
Fd make_root_mount(const std::string& folder);

/// Makes the mount that `root` is open at the top of the caller's root, and unmounts the old one.
/// The working directory is "/" afterwards. Works only in a mount namespace of one's own.
void pivot_into(const Fd& root);

/// The same where the old root cannot be pivoted away, as on an initramfs (--no-pivot): the new one
/// is moved on top of it. Weaker: the old root is still below, for who may chroot and mount.
void move_into(const Fd& root);

/// Makes the root mount itself read-only; what is mounted on it stays as it is.
void make_root_read_only(const Fd& root);

}  // namespace minidock::rootfs
