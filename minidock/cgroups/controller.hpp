// The kernel's resource controllers: what can be limited or counted a group at a time, and what
// cgroup v1 and v2 call each. See cgroups(7).
#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace minidock::cgroups {

/// The two editions of the kernel's interface.
enum class Version { v1, v2 };

/// A controller, by its name in cgroup v2.
enum class Controller {
    cpu,      ///< a share of the processors' time, and a ceiling on it
    cpuacct,  ///< v1 only: processor time used; v2 counts it in every group, always
    cpuset,   ///< which processors and memory nodes
    memory,   ///< bytes of memory and swap
    pids,     ///< how many processes and threads
    io,       ///< block devices; "blkio" in v1
    devices,  ///< which device files; v2 has a BPF program for it, and no controller
    freezer,  ///< v1 only: stopping a group; in v2 every group can be frozen
    hugetlb,  ///< huge pages
};

inline constexpr std::array all_controllers{
    Controller::cpu, Controller::cpuacct, Controller::cpuset,  Controller::memory, Controller::pids,
    Controller::io,  Controller::devices, Controller::freezer, Controller::hugetlb};

/// As the kernel's files spell it: io is "blkio" in v1.
std::string_view name(Controller controller, Version version = Version::v2);

/// The controller that the kernel's files call `name`; those we have no use for are left out.
std::optional<Controller> controller_by_name(std::string_view name, Version version);

/// Some of the controllers.
class ControllerSet {
  public:
    constexpr ControllerSet() = default;
    constexpr ControllerSet(std::initializer_list<Controller> controllers) {
        for (const Controller controller : controllers)
            insert(controller);
    }
    constexpr void insert(Controller controller) { bits_ |= bit(controller); }
    constexpr void erase(Controller controller) { bits_ &= ~bit(controller); }
    [[nodiscard]] constexpr bool contains(Controller controller) const {
        return (bits_ & bit(controller)) != 0;
    }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    constexpr bool operator==(const ControllerSet&) const = default;

  private:
    static constexpr unsigned bit(Controller controller) {
        return 1U << static_cast<unsigned>(controller);
    }
    unsigned bits_ = 0;
};

/// The controllers in a line like that of cgroup.controllers, "cpuset cpu io memory pids", or in
/// the options of a v1 mount, "rw,cpu,cpuacct".
ControllerSet parse_controllers(std::string_view text, Version version);

}  // namespace minidock::cgroups
