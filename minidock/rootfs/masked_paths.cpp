#include "minidock/rootfs/masked_paths.hpp"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/stat.h>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/mount.hpp"

namespace minidock::rootfs {
namespace {

bool is_folder(const Fd& fd, const PathInRoot& path) {
    struct stat info {};
    if (::fstat(fd.get(), &info) < 0) throw SystemError("look at " + path.text);
    return S_ISDIR(info.st_mode);
}

// [mask]
void mask(const Fd& place, const PathInRoot& path) {
    // lab 03.4: cover what `place` is open at. A folder is hidden by an empty tmpfs that can only
    // be read, a file by a bind mount of /dev/null. fd_path() gives a target for mount(2).
    if (is_folder(place, path)) {
        kernel::mount({.source = "tmpfs",
                       .target = fd_path(place.get()),
                       .type = "tmpfs",
                       .flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
                       .data = "size=0,nr_inodes=1",
                       .place = path.text},
                      {3, "an empty folder hides this one"});
    } else {
        kernel::mount({.source = "/dev/null",
                       .target = fd_path(place.get()),
                       .flags = MS_BIND,
                       .place = path.text},
                      {3, "/dev/null hides this file"});
    }
    // end lab
}
// [/mask]

/// A mask may be missing only because the path is.
Fd find(const Fd& root, const PathInRoot& path) {
    return find_in_root(root, path, O_PATH);
}

}  // namespace

void mask_paths(const Fd& root, const std::vector<PathInRoot>& paths) {
    for (const PathInRoot& path : paths) {
        if (const Fd place = find(root, path)) mask(place, path);
    }
}

void make_paths_read_only(const Fd& root, const std::vector<PathInRoot>& paths) {
    for (const PathInRoot& path : paths) {
        const Fd place = find(root, path);
        if (!place) continue;
        const Fd copy =
            kernel::open_tree(place.get(), "", OPEN_TREE_CLONE | AT_EMPTY_PATH | AT_RECURSIVE,
                              {3, "a detached copy of what is there"});
        kernel::mount_setattr(copy.get(), true, {.set = MOUNT_ATTR_RDONLY},
                              {3, "that can only be read"});
        kernel::attach_mount(copy.get(), place.get(), {3, "in the place of the original"});
    }
}

}  // namespace minidock::rootfs
