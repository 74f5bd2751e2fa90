#include "minidock/cgroups/folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <string_view>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/kernel/file.hpp"
#include "minidock/cgroups/hierarchy.hpp"
#include "minidock/cgroups/processes.hpp"
#include "minidock/cgroups/refusal.hpp"
#include "minidock/cgroups/text.hpp"

namespace minidock::cgroups {
namespace {

/// How long a process that was killed may take to be gone.
constexpr std::chrono::seconds patience{10};

constexpr Why make_why{2, "a folder in the cgroup tree is a group"};

std::string parent_of(const std::string& path) {
    return path.substr(0, path.rfind('/'));
}

/// Calls `each` with every group above `path`, from the root ("") down.
template <class Each>
void for_each_ancestor(const std::string& path, Each each) {
    for (std::size_t end = 0; end != std::string::npos; end = path.find('/', end + 1)) {
        each(path.substr(0, end));
    }
}

void inherit_cpuset(const std::string& folder) {
    for (const char* file : {"/cpuset.cpus", "/cpuset.mems"}) {
        const std::string present = read_file(folder + file);
        if (present.find_first_not_of(" \n") != std::string::npos) continue;
        kernel::write_file(folder + file, read_file(parent_of(folder) + file),
                           {2, "a new cpuset is empty on v1: take over the parent's"});
    }
}

}  // namespace

void check_path(const std::string& path) {
    bool sound = path.size() > 1 && path.front() == '/' && path.back() != '/';
    for_each_ancestor(path + "/", [&](const std::string& part) {
        const std::string last =
            part.substr(part.rfind('/') == std::string::npos ? part.size() : part.rfind('/') + 1);
        if (!part.empty() && (last.empty() || last == "." || last == "..")) sound = false;
    });
    if (!sound) {
        throw BadParameter("\"" + path +
                           "\" is no path for a control group: want one like /minidock/NAME");
    }
}

bool make_folder(const std::string& tree, const std::string& path) {
    try {
        return kernel::mkdir(AT_FDCWD, tree + path, 0755, make_why);
    } catch (const SystemError& refused) {
        if (refused.error() != ENOENT) throw;
    }
    for_each_ancestor(path, [&](const std::string& ancestor) {
        if (!ancestor.empty()) kernel::mkdir(AT_FDCWD, tree + ancestor, 0755, make_why);
    });
    return kernel::mkdir(AT_FDCWD, tree + path, 0755, make_why);
}

bool make_cpuset_folder(const std::string& tree, const std::string& path) {
    for_each_ancestor(path, [&](const std::string& ancestor) {
        if (ancestor.empty()) return;
        kernel::mkdir(AT_FDCWD, tree + ancestor, 0755, make_why);
        inherit_cpuset(tree + ancestor);
    });
    const bool made = kernel::mkdir(AT_FDCWD, tree + path, 0755, make_why);
    inherit_cpuset(tree + path);
    return made;
}

ControllerSet controllers_of(const std::string& folder) {
    return parse_controllers(read_file(folder + "/cgroup.controllers"), Version::v2);
}

// [enable_controllers]
void enable_controllers(const std::string& tree, const std::string& path,
                        ControllerSet controllers) {
    // lab 02.3: from the root down to the parent of `path`, switch on what is not on yet.
    for_each_ancestor(path, [&](const std::string& ancestor) {
        const std::string folder = tree + ancestor;
        const ControllerSet passed_on =
            parse_controllers(read_file(folder + "/cgroup.subtree_control"), Version::v2);
        for (const Controller controller : all_controllers) {
            if (!controllers.contains(controller) || passed_on.contains(controller)) continue;
            try {
                kernel::write_file(folder + "/cgroup.subtree_control",
                                   "+" + std::string{name(controller)},
                                   {2, "the groups below get this controller's files"});
            } catch (const SystemError& refused) {
                throw_not_enabled(controller, folder, refused.error());
            }
        }
    });
    // end lab
}
// [/enable_controllers]

void remove_folder(const std::string& folder, Version version) {
    constexpr Why why{2, "an empty group goes with its folder"};
    try {
        kernel::rmdir(AT_FDCWD, folder, why);
        return;
    } catch (const SystemError& refused) {
        if (refused.error() == ENOENT) return;  // systemd removes the groups it made
        if (refused.error() != EBUSY) throw;
    }
    // Busy: groups below, or processes that are not quite gone.
    for (const std::string& below : folders_below(folder))
        remove_folder(below, version);
    if (!wait_until_empty(folder, version, patience)) {
        throw Conflict("processes go on running in the control group " + folder);
    }
    kernel::rmdir(AT_FDCWD, folder, why);
}

void remove_where_unused(const std::string& path) {
    check_path(path);
    const Hierarchies& machine = Hierarchies::of_this_machine();
    if (machine.unified()) ::rmdir((*machine.unified() + path).c_str());
    for (const auto& [controller, tree] : machine.v1_trees())
        ::rmdir((tree + path).c_str());
}

}  // namespace minidock::cgroups
