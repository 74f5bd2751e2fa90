#include "minidock/containers/changes.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "minidock/rootfs/open_in_root.hpp"
#include "minidock/rootfs/overlay.hpp"

namespace minidock::containers {

namespace {

/// What the engine itself puts into the tree to mount something on, and what it thereby changes.
constexpr std::array mount_points{"/etc/hostname", "/etc/hosts", "/etc/resolv.conf",
                                  "/sbin/docker-init", "/dev/console"};
constexpr std::array their_folders{"/etc", "/sbin", "/dev"};

void leave_out_mount_points(std::vector<rootfs::Change>& changes) {
    using rootfs::ChangeKind;
    std::erase_if(changes, [](const rootfs::Change& change) {
        return change.kind == ChangeKind::added &&
               std::find(mount_points.begin(), mount_points.end(), change.path) !=
                   mount_points.end();
    });
    for (const std::string folder : their_folders) {
        const bool more_in_it = std::any_of(
            changes.begin(), changes.end(),
            [&](const rootfs::Change& change) { return change.path.starts_with(folder + "/"); });
        if (more_in_it) continue;
        std::erase_if(changes, [&](const rootfs::Change& change) {
            return change.kind == ChangeKind::modified && change.path == folder;
        });
    }
}

}  // namespace

std::vector<rootfs::Change> changes_of(const Container& container) {
    const std::vector<std::string>& layers = container.definition().layers;
    // One folder alone is no overlay.
    const Fd lower = layers.size() == 1
                         ? rootfs::open_root(layers.front())
                         : rootfs::open_overlay({.lower = layers, .upper = "", .work = ""});
    const Fd upper = rootfs::open_root(container.folder() + "/upper");
    std::vector<rootfs::Change> changes = rootfs::changes_in_upper(lower, upper);
    leave_out_mount_points(changes);
    return changes;
}

}  // namespace minidock::containers
