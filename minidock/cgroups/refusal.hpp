// What to tell a user when the kernel refuses a setting: which controller, which file, the
// kernel's reason, and what can be done about it, in one line.
#pragma once

#include <string>

#include "minidock/cgroups/setting.hpp"

namespace minidock::cgroups {

/// Throws the error that fits.
/// @param folder  the group's folder in that controller's tree
/// @param error  errno(3) of the failed open(2) or write(2)
/// @throws BadParameter for a value that the kernel does not take, Conflict for one that what runs
///   stands against, Unsupported for what the engine may not write or the kernel does not have
[[noreturn]] void throw_refusal(const Setting& setting, const std::string& folder, int error);

/// The same for switching a controller on for the groups below `folder` (cgroup.subtree_control).
[[noreturn]] void throw_not_enabled(Controller controller, const std::string& folder, int error);

}  // namespace minidock::cgroups
