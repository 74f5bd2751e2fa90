#include "minidock/runtime/cgroup_mount.hpp"

#include <unistd.h>

#include "minidock/cgroups/hierarchy.hpp"

namespace minidock::runtime {
namespace {

/// The option words without those that only a file system of its own kind would understand.
std::vector<std::string> bind_options(const std::vector<std::string>& words) {
    std::vector<std::string> options{"bind"};
    options.insert(options.end(), words.begin(), words.end());
    return options;
}

rootfs::Mount bind_of(const std::string& folder, const rootfs::PathInRoot& destination,
                      const rootfs::Mount& mount) {
    return {.destination = destination,
            .type = "bind",
            .source = folder,
            .options = bind_options(mount.options)};
}

/// Each of the group's folders, at the name that its tree has on the host.
void bind_v1_folders(const Fd& root, const rootfs::Mount& mount, const cgroups::Group& group,
                     const cgroups::Hierarchies& machine) {
    rootfs::mount_in_root(root, {.destination = mount.destination,
                                 .type = "tmpfs",
                                 .source = "tmpfs",
                                 .options = {"nosuid", "nodev", "noexec", "mode=755"}});
    for (const auto& [controller, tree] : machine.v1_trees()) {
        const std::string folder = tree + group.path();
        if (::access(folder.c_str(), F_OK) < 0) continue;
        const std::string name = tree.substr(tree.rfind('/') + 1);
        rootfs::mount_in_root(root, bind_of(folder, {mount.destination.text + "/" + name}, mount));
    }
}

}  // namespace

void mount_cgroups(const Fd& root, const rootfs::Mount& mount, const cgroups::Group& group,
                   bool own_namespace) {
    const cgroups::Hierarchies& machine = cgroups::Hierarchies::of_this_machine();
    if (machine.layout() != cgroups::Layout::unified) {
        return bind_v1_folders(root, mount, group, machine);
    }
    if (!own_namespace) {
        return rootfs::mount_in_root(
            root, bind_of(*machine.unified() + group.path(), mount.destination, mount));
    }
    rootfs::Mount tree = mount;
    tree.type = "cgroup2";
    rootfs::mount_in_root(root, tree);
}

}  // namespace minidock::runtime
