#include "minidock/shim/root_mount.hpp"

#include <fcntl.h>
#include <linux/stat.h>
#include <sched.h>
#include <sys/stat.h>

#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/mount.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/rootfs/overlay.hpp"

namespace minidock::shim {
namespace {

/// Whether something is mounted on this path (statx(2), STATX_ATTR_MOUNT_ROOT).
bool is_mount_point(const std::string& path) {
    struct statx status {};
    if (::statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, 0, &status) < 0) {
        throw SystemError("look at " + path);
    }
    return (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

/// The mount that `path` lies on.
std::string mount_point_of(std::filesystem::path path) {
    while (path.has_relative_path() && !is_mount_point(path))
        path = path.parent_path();
    return path;
}

}  // namespace

void mount_root(const Options& options) {
    kernel::unshare(CLONE_NEWNS, {3, "the container's root shall not be seen by the host"});

    const std::string target = options.folder + "/bundle/rootfs";
    const std::string holder = mount_point_of(std::filesystem::canonical(target));
    kernel::mount({.source = {}, .target = holder, .type = {}, .flags = MS_PRIVATE, .data = {}},
                  {3,
                   "what is mounted below stays in this namespace; all other mounts go on to "
                   "follow the host's"});

    rootfs::Overlay overlay{.lower = options.layers,
                            .upper = options.folder + "/upper",
                            .work = options.folder + "/work",
                            .discard = options.discard};
    rootfs::mount_overlay(overlay, target);
}

}  // namespace minidock::shim
