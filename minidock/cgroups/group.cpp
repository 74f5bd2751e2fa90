#include "minidock/cgroups/group.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/file.hpp"
#include "minidock/cgroups/device_filter.hpp"
#include "minidock/cgroups/folder.hpp"
#include "minidock/cgroups/processes.hpp"
#include "minidock/cgroups/refusal.hpp"
#include "minidock/cgroups/text.hpp"

namespace minidock::cgroups {
namespace {

/// With no swap on the machine there is nothing to limit, and some kernels then have no file.
bool machine_has_swap() {
    const std::string table = read_file("/proc/swaps");
    return std::count(table.begin(), table.end(), '\n') > 1;  // the first line is a heading
}

}  // namespace

Group::Group(std::string path, const Hierarchies& machine)
    : machine_{&machine}, path_{std::move(path)} {
    check_path(path_);
    if (machine_->unified()) {
        home_ = *machine_->unified() + path_;
        home_version_ = Version::v2;
    } else {
        const std::string* freezer = machine_->v1(Controller::freezer);
        if (freezer == nullptr) throw Unsupported("neither cgroup v2 nor v1's freezer is mounted");
        home_ = *freezer + path_;
        home_version_ = Version::v1;
    }
}

Group Group::create(const std::string& path, ControllerSet accounting) {
    const Hierarchies& machine = Hierarchies::of_this_machine();
    Group group{path, machine};
    const std::string tree = group.home_.substr(0, group.home_.size() - path.size());
    group.age_ = make_folder(tree, path) ? Age::fresh : Age::used;
    if (group.age_ == Age::used && !group.processes().empty()) {
        throw Conflict("the control group " + path + " is there already, with processes in it");
    }
    if (machine.unified()) group.folder_fd_ = open_file(group.home_, O_RDONLY | O_DIRECTORY);
    group.have_for_accounting(accounting);
    return group;
}

Group Group::open(const std::string& path) {
    const Hierarchies& machine = Hierarchies::of_this_machine();
    Group group{path, machine};
    if (::access(group.home_.c_str(), F_OK) != 0) throw NotFound("no control group " + path);
    if (machine.unified()) group.folder_fd_ = open_file(group.home_, O_RDONLY | O_DIRECTORY);
    for (const auto& [controller, tree] : machine.v1_trees()) {
        const std::string folder = tree + path;
        if (folder == group.home_ || std::ranges::count(group.v1_folders_, folder) > 0) continue;
        if (::access(folder.c_str(), F_OK) == 0) group.v1_folders_.push_back(folder);
    }
    return group;
}

// [set]
void Group::set(const Resources& resources) {
    std::vector<Setting> settings = v2_settings(resources, on(Version::v2));
    std::ranges::move(v1_settings(resources, on(Version::v1), age_), std::back_inserter(settings));
    ControllerSet needed;
    for (const Setting& setting : settings)
        needed.insert(setting.controller);
    have(needed);
    if (resources.memory.check_before_update) refuse_limit_below_usage(resources.memory);
    for (const Setting& setting : settings)
        write(setting);
    if (!resources.devices.empty()) limit_devices(resources.devices);
    age_ = Age::used;
}
// [/set]

ControllerSet Group::on(Version version) const {
    ControllerSet found;
    for (const Controller controller : all_controllers) {
        if (machine_->version_of(controller) == version) found.insert(controller);
    }
    return found;
}

std::string Group::v1_folder(Controller controller) const {
    const std::string* tree = machine_->v1(controller);
    return tree == nullptr ? "" : *tree + path_;
}

std::string Group::folder(Controller controller) const {
    return machine_->version_of(controller) == Version::v1 ? v1_folder(controller) : home_;
}

void Group::have(ControllerSet controllers) {
    ControllerSet of_v2;
    for (const Controller controller : all_controllers) {
        if (!controllers.contains(controller)) continue;
        if (machine_->version_of(controller) == Version::v1) {
            have_v1(controller);
        } else {
            of_v2.insert(controller);
        }
    }
    if (!of_v2.empty()) have_v2(of_v2);
}

void Group::have_for_accounting(ControllerSet controllers) {
    // Every group of v2 counts its processor time, without a controller.
    if (machine_->unified()) controllers.erase(Controller::cpuacct);
    try {
        have(controllers);
    } catch (const RequestError&) {
        // Nobody asked for them; without them the statistics are shorter.
    }
}

void Group::have_v1(Controller controller) {
    const std::string& tree = *machine_->v1(controller);
    const std::string folder = tree + path_;
    if (folder == home_ || std::ranges::count(v1_folders_, folder) > 0) return;
    if (controller == Controller::cpuset) {
        make_cpuset_folder(tree, path_);
    } else {
        make_folder(tree, path_);
    }
    v1_folders_.push_back(folder);
}

void Group::have_v2(ControllerSet controllers) {
    if (!machine_->unified()) {
        for (const Controller controller : all_controllers) {
            if (!controllers.contains(controller)) continue;
            throw Unsupported("cannot have the " + std::string{name(controller)} +
                              " controller: it is on none of this machine's cgroup trees");
        }
    }
    if (enabled_.empty()) enabled_ = controllers_of(home_);
    ControllerSet missing;
    for (const Controller controller : all_controllers) {
        if (controllers.contains(controller) && !enabled_.contains(controller)) {
            missing.insert(controller);
        }
    }
    if (missing.empty()) return;
    enable_controllers(*machine_->unified(), path_, missing);
    enabled_ = controllers_of(home_);
}

void Group::write(const Setting& setting) {
    const std::string where = folder(setting.controller) + "/";
    const Why why{2, setting.reason};
    try {
        kernel::write_file(where + setting.file, setting.value, why);
        return;
    } catch (const SystemError& refused) {
        if (refused.error() == ENOENT && setting.about_swap && !machine_has_swap()) return;
        if (refused.error() != ENOENT || !setting.otherwise) {
            throw_refusal(setting, folder(setting.controller), refused.error());
        }
    }
    const auto& [file, value] = *setting.otherwise;
    try {
        kernel::write_file(where + file, value, why);
    } catch (const SystemError& refused) {
        throw_refusal(setting, folder(setting.controller), refused.error());
    }
}

void Group::limit_devices(const std::vector<DeviceRule>& rules) {
    const DeviceList list = evaluate(rules);
    if (machine_->version_of(Controller::devices) == Version::v2) {
        if (!folder_fd_) throw Unsupported("cannot filter devices: no cgroup tree can do it here");
        attach_device_filter(folder_fd_.get(), list, age_ == Age::used);
        return;
    }
    have_v1(Controller::devices);
    const auto write_rule = [&](bool allow, const std::string& text) {
        write({Controller::devices, allow ? "devices.allow" : "devices.deny", text,
               allow ? "it may use these devices" : "it may not use these devices"});
    };
    write_rule(list.allow_by_default, "a");
    for (const DeviceRule& exception : list.exceptions)
        write_rule(exception.allow, exception.text());
}

void Group::refuse_limit_below_usage(const Memory& memory) const {
    const bool v1 = machine_->version_of(Controller::memory) == Version::v1;
    const std::uint64_t usage = to_number(read_file(
        folder(Controller::memory) + (v1 ? "/memory.usage_in_bytes" : "/memory.current")));
    const std::int64_t limit = memory.limit.value_or(0);
    if (limit > 0 && static_cast<std::uint64_t>(limit) < usage) {
        throw Conflict("a memory limit of " + std::to_string(limit) + " bytes is below the " +
                       std::to_string(usage) + " in use");
    }
}

// [entrance]
Entrance Group::entrance() const {
    Entrance entrance;
    const auto open_door = [&](const std::string& folder) {
        const std::string path = folder + "/tasks";
        entrance.doors_.push_back({open_file(path, O_WRONLY), path});
    };
    if (home_version_ == Version::v1) open_door(home_);
    for (const std::string& folder : v1_folders_)
        open_door(folder);
    return entrance;
}

void Entrance::enter() const {
    // "0" stands for the writer; `tasks` takes a thread where cgroup.procs takes a whole process.
    for (const Door& door : doors_)
        kernel::write_open_file(door.file.get(), "0", door.path, {2, "the process moves in"});
}
// [/entrance]

void Group::add(pid_t pid) {
    constexpr Why why{2, "the process moves into the group"};
    kernel::write_file(home_ + "/cgroup.procs", std::to_string(pid), why);
    for (const std::string& folder : v1_folders_)
        kernel::write_file(folder + "/cgroup.procs", std::to_string(pid), why);
}

std::vector<pid_t> Group::processes() const {
    return processes_in(home_);
}

void Group::freeze() {
    cgroups::freeze(home_, home_version_);
}

void Group::thaw() {
    cgroups::thaw(home_, home_version_);
}

bool Group::frozen() const {
    return is_frozen(home_, home_version_);
}

void Group::kill() {
    kill_all(home_, home_version_);
}

bool Group::wait_until_empty(std::chrono::milliseconds timeout) const {
    return cgroups::wait_until_empty(home_, home_version_, timeout);
}

Stats Group::stats() const {
    Stats stats;
    if (home_version_ == Version::v2) read_v2_stats(home_, stats);
    read_v1_stats({.cpu = v1_folder(Controller::cpu),
                   .cpuacct = v1_folder(Controller::cpuacct),
                   .memory = v1_folder(Controller::memory),
                   .pids = v1_folder(Controller::pids),
                   .io = v1_folder(Controller::io)},
                  stats);
    return stats;
}

std::uint64_t Group::oom_kills() const {
    const bool v1 = machine_->version_of(Controller::memory) == Version::v1;
    const auto text = read_control_file(folder(Controller::memory) +
                                        (v1 ? "/memory.oom_control" : "/memory.events"));
    return text ? value_of(*text, "oom_kill") : 0;
}

void Group::remove() {
    folder_fd_.reset();
    remove_folder(home_, home_version_);
    for (const std::string& folder : v1_folders_)
        remove_folder(folder, Version::v1);
    v1_folders_.clear();
}

}  // namespace minidock::cgroups
