// One value for one control file. What a group may use becomes a list of these first, which is
// plain arithmetic and can be tested without a kernel; then the list is written.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "minidock/base/trace.hpp"
#include "minidock/cgroups/controller.hpp"
#include "minidock/cgroups/resources.hpp"

namespace minidock::cgroups {

struct Setting {
    Controller controller;
    std::string file;
    std::string value;
    const char* reason;  ///< for --explain
    /// The file and value of another name that the kernel may have instead of `file`.
    std::optional<std::pair<std::string, std::string>> otherwise = std::nullopt;
    /// It limits swap: where there is none, and the kernel does not count it, nothing is lost.
    bool about_swap = false;
};

/// Adds those of the cpuset controller, whose files are the same on v1 and v2.
void add_cpuset(const Cpu& cpu, std::vector<Setting>& settings);

/// The settings for the controllers that are on v2, in the order in which they must be written.
/// @throws BadParameter for values that contradict each other, Unsupported for what v2 cannot do
std::vector<Setting> v2_settings(const Resources& resources, ControllerSet on_v2);

/// Whether the group is new, with nothing limited yet, or has limits that may stand in the way.
enum class Age { fresh, used };

/// The same for the controllers that are on v1.
std::vector<Setting> v1_settings(const Resources& resources, ControllerSet on_v1, Age age);

}  // namespace minidock::cgroups
