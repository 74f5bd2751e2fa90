// Making and removing the folders that are groups. A group appears with mkdir(2) and goes with
// rmdir(2); the kernel fills it with files. See cgroups(7) and cgroup-v2.rst, "Organizing
// Processes".
#pragma once

#include <string>

#include "minidock/cgroups/controller.hpp"

namespace minidock::cgroups {

/// "/minidock/abc" is a group's path; "/", "minidock" and "/a/../b" are not.
/// @throws BadParameter
void check_path(const std::string& path);

/// Makes the group `path` below the mount point `tree`, and the groups above it that are missing.
/// @return false when it was there already
bool make_folder(const std::string& tree, const std::string& path);

/// The same in the v1 tree of the cpuset controller, where a new group may use no processor and no
/// memory node, and cannot be entered, until both are written to it: it gets what its parent has.
bool make_cpuset_folder(const std::string& tree, const std::string& path);

/// The controllers that the group in `folder` of the v2 tree has.
ControllerSet controllers_of(const std::string& folder);

/// Lets the group `path` of the v2 tree have `controllers`: every group on the way down has to pass
/// them on, and none of those may hold processes (cgroup-v2.rst, "No Internal Process Constraint").
/// @throws Conflict, Unsupported saying at which group it ends
void enable_controllers(const std::string& tree, const std::string& path,
                        ControllerSet controllers);

/// Removes the group in `folder` and those that were made below it. Processes that are about to end
/// are waited for.
/// @throws Conflict when processes go on running in it
void remove_folder(const std::string& folder, Version version);

/// Removes the group `path` from every tree where it has neither processes nor groups below it.
void remove_where_unused(const std::string& path);

}  // namespace minidock::cgroups
