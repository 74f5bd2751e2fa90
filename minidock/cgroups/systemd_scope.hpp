// Groups that systemd makes. Where it runs, it regards the tree of groups as its own, and whoever
// wants a part of it asks. A "scope" is a group around processes that systemd has not started: it
// shows them in systemctl, keeps their limits through a reload, and removes the group when the last
// process has gone. It is asked over D-Bus, with busctl(1), which comes with it. See
// systemd.scope(5), systemd.resource-control(5), and org.freedesktop.systemd1(5),
// "StartTransientUnit".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "minidock/base/child.hpp"
#include "minidock/cgroups/resources.hpp"

namespace minidock::cgroups {

/// A scope and the slice that it is in.
struct ScopeName {
    std::string
        slice;  ///< "machine.slice"; a dash in it is a step down: "a-b.slice" is in "a.slice"
    std::string unit;  ///< "libpod-abc.scope"

    /// The path of its group: "/machine.slice/libpod-abc.scope".
    [[nodiscard]] std::string group() const;
};

/// Reads "SLICE:PREFIX:NAME", which is what an OCI cgroupsPath is when systemd makes the groups;
/// nothing becomes "system.slice:minirun:ID".
/// @throws BadParameter
ScopeName parse_scope_name(const std::string& cgroups_path, const std::string& id);

/// A property of a unit as busctl(1) takes it: its name, its type, and the words of its value.
using ScopeProperty = std::vector<std::string>;

/// What systemd must know of a group's limits, or it would put them back to its own.
/// @throws BadParameter where a limit on swap makes no sense
std::vector<ScopeProperty> scope_properties(const Resources& resources);

/// A scope on its way. systemd makes none without a process, and whoever wants to be born in the
/// group needs the group first: so a process without a task holds the place.
class Scope {
  public:
    /// Comes back when the group is there.
    /// @param description  what systemctl shows
    /// @throws Unsupported where there is no systemd with cgroup v2, SystemError, Conflict with
    ///   what systemd said
    static Scope start(const ScopeName& name, const Resources& resources,
                       const std::string& description);

    /// Lets the place go: another process is in. Only now is the number of processes limited, since
    /// the one that held the place counted too.
    /// @throws Conflict with what systemd said
    void leave();

  private:
    Scope(std::string unit, Pids pids, Child keeper)
        : unit_{std::move(unit)}, pids_{pids}, keeper_{std::move(keeper)} {}
    std::string unit_;
    Pids pids_;
    std::optional<Child> keeper_;
};

/// Tells systemd of new limits. @throws Conflict with what systemd said
void set_scope_limits(const std::string& unit, const Resources& resources);

/// Has systemd forget a scope whose processes have ended. It may have done so already.
void stop_scope(const std::string& unit);

}  // namespace minidock::cgroups
