// Where this machine keeps its control groups: one tree of folders (cgroup v2, "unified"), one
// tree for each controller (v1), or both side by side (hybrid). See cgroups(7).
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "minidock/cgroups/controller.hpp"

namespace minidock::cgroups {

/// The three ways in which a machine may be set up.
enum class Layout {
    unified,  ///< v2 only, on /sys/fs/cgroup: what distributions have had since about 2021
    hybrid,   ///< controllers on v1, and a v2 tree beside them that holds the processes
    v1,       ///< no v2 tree at all
};

std::string_view name(Layout layout);

/// The mounted trees.
class Hierarchies {
  public:
    /// Looks at the machine, once a process.
    /// @throws Unsupported when no control groups are mounted
    static const Hierarchies& of_this_machine();

    /// Reads them off the text of /proc/PID/mountinfo.
    static Hierarchies parse_mountinfo(std::string_view text);

    [[nodiscard]] Layout layout() const;
    /// The mount point of the v2 tree.
    [[nodiscard]] const std::optional<std::string>& unified() const { return unified_; }
    /// The mount point of the v1 tree that has this controller.
    [[nodiscard]] const std::string* v1(Controller controller) const;
    /// All v1 trees, by controller; two controllers may share one ("cpu,cpuacct").
    [[nodiscard]] const std::map<Controller, std::string>& v1_trees() const { return v1_; }

    /// Which edition of the interface a controller is to be had by here. Where v1 does not have it,
    /// it can only be v2.
    [[nodiscard]] Version version_of(Controller controller) const {
        return v1(controller) != nullptr ? Version::v1 : Version::v2;
    }

  private:
    std::optional<std::string> unified_;
    std::map<Controller, std::string> v1_;
};

/// The group that a process is in, as the v2 tree has it: "/user.slice/…" (/proc/PID/cgroup).
/// @throws Unsupported where there is no v2 tree
std::string group_of(pid_t pid);

}  // namespace minidock::cgroups
