#include "minidock/rootfs/layered_root.hpp"

#include <fcntl.h>

#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/file.hpp"
#include "minidock/base/kernel/mount.hpp"
#include "minidock/rootfs/devices.hpp"
#include "minidock/rootfs/masked_paths.hpp"
#include "minidock/rootfs/pivot.hpp"
#include "minidock/rootfs/propagation.hpp"

namespace minidock::rootfs {
namespace {

void make_folder(const std::string& path) {
    kernel::mkdir(AT_FDCWD, path, 0755, {3, "a folder of the overlay"});
}

/// Those that this process may set: a map of all ids to themselves is that of the first user
/// namespace, where root is root (user_namespaces(7)).
Xattrs usable_xattrs() {
    const bool first_namespace = read_file("/proc/self/uid_map").ends_with(" 4294967295\n");
    return first_namespace ? Xattrs::trusted : Xattrs::user;
}

/// Mounts the layers with a writable one on top, and returns where.
std::string mount_layers(const LayeredRoot& plan, const std::string& place) {
    kernel::mount({.source = "tmpfs", .target = place, .type = "tmpfs", .data = "mode=755"},
                  {3, "the writable layer is in memory, and gone with this namespace"});
    const std::string writable = plan.keep.empty() ? place : plan.keep;
    std::string merged = place + "/merged";
    for (const std::string& folder : {writable + "/upper", writable + "/work", merged})
        make_folder(folder);
    mount_overlay({.lower = plan.layers,
                   .upper = writable + "/upper",
                   .work = writable + "/work",
                   .discard = plan.keep.empty(),
                   .xattrs = usable_xattrs()},
                  merged);
    return merged;
}

}  // namespace

// [enter]
void enter_layered_root(const LayeredRoot& plan, const std::string& place) {
    stop_passing_mounts_on();
    const Fd root = make_root_mount(mount_layers(plan, place));
    for (const Mount& mount : default_mounts())
        mount_in_root(root, mount);
    for (const Mount& mount : plan.mounts)
        mount_in_root(root, mount);
    make_devices(root, default_devices());
    make_device_links(root);
    mask_paths(root, default_masked_paths());
    make_paths_read_only(root, default_read_only_paths());
    if (plan.read_only) make_root_read_only(root);
    pivot_into(root);
}
// [/enter]

Mount parse_volume(const std::string& text) {
    const auto first = text.find(':');
    const auto second = text.find(':', first + 1);
    const std::string source = text.substr(0, first);
    const std::string mode = second == std::string::npos ? "rw" : text.substr(second + 1);
    const std::string destination =
        first == std::string::npos ? "" : text.substr(first + 1, second - first - 1);
    if (source.empty() || !destination.starts_with('/') || (mode != "ro" && mode != "rw")) {
        throw BadParameter("volume \"" + text + "\": want SOURCE:/DESTINATION or …:ro");
    }
    return {.destination = {destination},
            .type = "bind",
            .source = std::filesystem::absolute(source),
            .options = {"rbind", "rprivate", mode}};
}

}  // namespace minidock::rootfs
