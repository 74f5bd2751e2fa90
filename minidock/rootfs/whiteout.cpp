#include "minidock/rootfs/whiteout.hpp"

#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/file.hpp"

namespace minidock::rootfs {
namespace {

const char* opaque_name(Xattrs xattrs) {
    return xattrs == Xattrs::trusted ? "trusted.overlay.opaque" : "user.overlay.opaque";
}

}  // namespace

// [whiteout]
bool is_whiteout(const struct stat& entry) {
    // lab 03.2: a whiteout is a character device with the number 0:0 (see inode(7), makedev(3)).
    return S_ISCHR(entry.st_mode) && entry.st_rdev == makedev(0, 0);
    // end lab
}

bool is_opaque(const Fd& folder, Xattrs xattrs) {
    char value = 0;
    const ssize_t length =
        ::getxattr(fd_path(folder.get()).c_str(), opaque_name(xattrs), &value, sizeof value);
    return length == 1 && value == 'y';
}
// [/whiteout]

void make_whiteout(const Fd& folder, const std::string& name) {
    const bool made = kernel::mknod(folder.get(), name, S_IFCHR, makedev(0, 0),
                                    {3, "a whiteout: the name is gone, whatever lies below"});
    if (!made) throw SystemError("make a whiteout of " + name, EEXIST);
}

void make_opaque(const Fd& folder, Xattrs xattrs) {
    kernel::set_xattr(folder.get(), opaque_name(xattrs), "y",
                      {3, "an opaque folder: what lies below is hidden"});
}

}  // namespace minidock::rootfs
