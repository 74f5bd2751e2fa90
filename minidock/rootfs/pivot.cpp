#include "minidock/rootfs/pivot.hpp"

#include <linux/mount.h>

#include "minidock/base/kernel/mount.hpp"
#include "minidock/rootfs/open_in_root.hpp"

namespace minidock::rootfs {

Fd make_root_mount(const std::string& folder) {
    kernel::mount({.source = folder, .target = folder, .flags = MS_BIND | MS_REC},
                  {3, "pivot_root(2) wants a mount, and this makes the folder one"});
    return open_root(folder);
}

// [pivot]
void pivot_into(const Fd& root) {
    // lab 03.5: make `root` the root, and let the old one go: the sequence is in pivot_root(2),
    // "pivot_root(".", ".")". The old root needs a descriptor while it has no name.
    const Fd old_root = open_root("/");
    kernel::fchdir(root.get(), {3, "the new root has no name that would still be true later"});
    kernel::pivot_root(".", ".", {3, "the new root takes the place, the old one lies on top"});
    kernel::fchdir(old_root.get(), {3, "back onto the old root, to take it away"});
    // Where mounts are shared with the host, an unmount would be passed on to it too.
    kernel::mount({.target = ".", .flags = MS_SLAVE | MS_REC},
                  {3, "unmounting here must not unmount on the host"});
    kernel::umount(".", MNT_DETACH, {3, "the old root goes: there is no way back to it"});
    kernel::chdir("/", {3, "start at the new root"});
    // end lab
}
// [/pivot]

void move_into(const Fd& root) {
    kernel::fchdir(root.get(), {3, "the new root has no name that would still be true later"});
    kernel::mount({.source = ".", .target = "/", .flags = MS_MOVE},
                  {3, "onto the first root, which cannot be pivoted away"});
    kernel::chroot(".", {3, "what is mounted on / shows only to who looks it up again"});
    kernel::chdir("/", {3, "start at the new root"});
}

void make_root_read_only(const Fd& root) {
    kernel::mount_setattr(root.get(), false, {.set = MOUNT_ATTR_RDONLY},
                          {3, "the root can be read and not written"});
}

}  // namespace minidock::rootfs
