// One control group: a path such as "/minidock/ID", and the folders that make it up. On v2 that is
// one folder; on v1 one in the tree of each controller that is used; on the hybrid layout both. A
// reader of this interface need not know which. See cgroups(7).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/cgroups/hierarchy.hpp"
#include "minidock/cgroups/resources.hpp"
#include "minidock/cgroups/setting.hpp"
#include "minidock/cgroups/stats.hpp"

namespace minidock::cgroups {

/// The way into a group's v1 folders for a process that takes it itself. Made by whoever may open
/// the files, handed on by clone(2).
class Entrance {
  public:
    /// Moves the calling process, which must have one thread only. A process that moves itself
    /// costs some 0.02 ms a folder. Moving another one takes 5 to 30 ms: the kernel then makes sure
    /// that no process on the machine is forking, and waits until all processors have told.
    /// @throws SystemError
    void enter() const;

  private:
    friend class Group;
    struct Door {
        Fd file;
        std::string path;
    };
    std::vector<Door> doors_;
};

class Group {
  public:
    /// The controllers that count for every group, so that there is something to show for it, even
    /// if nothing is limited. They cost about 0.2 ms a container on v1, and next to nothing on v2.
    static constexpr ControllerSet usual_accounting{Controller::memory, Controller::pids,
                                                    Controller::cpuacct};

    /// Makes the group and those above it that are missing.
    /// @param path  from the root of the tree, as OCI's cgroupsPath
    /// @param accounting  controllers to have for their counters; left out where they are not to
    ///   be had
    /// @throws BadParameter for no path, Conflict when it is there with processes in it
    static Group create(const std::string& path, ControllerSet accounting = usual_accounting);

    /// A group that is there.
    /// @throws NotFound
    static Group open(const std::string& path);

    [[nodiscard]] const std::string& path() const { return path_; }

    /// Limits the group. What is not given in `resources` stays as it is.
    /// @throws BadParameter, Conflict, Unsupported: which file of which controller, and why not
    void set(const Resources& resources);

    /// The folder in the v2 tree, for a process to be born in it (clone3(2), CLONE_INTO_CGROUP);
    /// -1 where there is no v2 tree. On the hybrid layout the v1 folders are still to be entered.
    [[nodiscard]] int folder_fd() const { return folder_fd_.get(); }

    /// For a process that was born in `folder_fd()`, or on v1 anywhere: the folders it is not in.
    [[nodiscard]] Entrance entrance() const;

    /// Moves a process into the group, with all its threads.
    void add(pid_t pid);

    /// Those in the group and in groups below it.
    [[nodiscard]] std::vector<pid_t> processes() const;

    /// Stops all processes and comes back when they stand.
    void freeze();
    void thaw();
    [[nodiscard]] bool frozen() const;

    /// Sends SIGKILL to all, also to those that are being forked.
    void kill();
    /// @return false when some still run after `timeout`
    bool wait_until_empty(std::chrono::milliseconds timeout) const;

    [[nodiscard]] Stats stats() const;

    /// How many processes the kernel has killed because the group was at its memory limit.
    [[nodiscard]] std::uint64_t oom_kills() const;

    /// Removes the group and groups made below it. Processes that have been killed are waited for.
    /// @throws Conflict when processes go on running
    void remove();

  private:
    Group(std::string path, const Hierarchies& machine);
    void have(ControllerSet controllers);
    void have_for_accounting(ControllerSet controllers);
    void have_v1(Controller controller);
    void have_v2(ControllerSet controllers);
    void write(const Setting& setting);
    void limit_devices(const std::vector<DeviceRule>& rules);
    [[nodiscard]] ControllerSet on(Version version) const;
    [[nodiscard]] std::string folder(Controller controller) const;
    [[nodiscard]] std::string v1_folder(Controller controller) const;
    void refuse_limit_below_usage(const Memory& memory) const;

    const Hierarchies* machine_;
    std::string path_;
    std::string home_;      ///< the folder that holds the processes: to freeze, kill, wait
    Version home_version_;  ///< of the tree that it is in
    Fd folder_fd_;
    ControllerSet enabled_;                ///< those of v2 that the group is known to have
    std::vector<std::string> v1_folders_;  ///< those that the group has, without its home
    Age age_ = Age::used;
};

}  // namespace minidock::cgroups
