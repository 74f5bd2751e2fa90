#include "minidock/cgroups/processes.hpp"

#include <dirent.h>
#include <poll.h>

#include <csignal>
#include <functional>
#include <memory>
#include <thread>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/kernel/file.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/cgroups/text.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace minidock::cgroups {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// A process in the middle of a system call may take a while until it can be stopped.
constexpr milliseconds freeze_patience{10'000};

/// Waits until `key` is `value` in the group's cgroup.events. The kernel tells (POLLPRI) when the
/// file has changed since it was read last.
bool wait_for_event(const std::string& folder, std::string_view key, std::uint64_t value,
                    milliseconds timeout) {
    const std::string path = folder + "/cgroup.events";
    const Fd events = open_file(path, O_RDONLY);
    const Clock::time_point deadline = Clock::now() + timeout;
    while (true) {
        ::lseek(events.get(), 0, SEEK_SET);
        if (value_of(read_all(events.get(), path), key) == value) return true;
        const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
        if (left.count() <= 0) return false;
        pollfd changed{events.get(), POLLPRI, 0};
        ::poll(&changed, 1, static_cast<int>(left.count()));
    }
}

/// v1 does not tell when something is done; this asks, at first often, then less so.
bool ask_until(const std::function<bool()>& done, milliseconds timeout) {
    const Clock::time_point deadline = Clock::now() + timeout;
    milliseconds pause{1};
    while (!done()) {
        if (Clock::now() >= deadline) return false;
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, milliseconds{50});
    }
    return true;
}

void collect_processes(const std::string& folder, std::vector<pid_t>& found) {
    for_each_line(read_file(folder + "/cgroup.procs"), [&](std::string_view line) {
        found.push_back(static_cast<pid_t>(to_number(line)));
    });
    for (const std::string& below : folders_below(folder))
        collect_processes(below, found);
}

}  // namespace

std::vector<std::string> folders_below(const std::string& folder) {
    const std::unique_ptr<DIR, int (*)(DIR*)> listing{::opendir(folder.c_str()), ::closedir};
    if (!listing) {
        if (errno == ENOENT) return {};
        throw SystemError("open the folder " + folder);
    }
    std::vector<std::string> found;
    while (const dirent* entry = ::readdir(listing.get())) {
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.') {
            found.push_back(folder + "/" + entry->d_name);
        }
    }
    return found;
}

std::vector<pid_t> processes_in(const std::string& folder) {
    std::vector<pid_t> found;
    collect_processes(folder, found);
    return found;
}

namespace {

constexpr Why freeze_why{2, "stop every process of the group where it is"};

// [freeze]
bool freeze_v2(const std::string& folder) {
    kernel::write_file(folder + "/cgroup.freeze", "1", freeze_why);
    return wait_for_event(folder, "frozen", 1, freeze_patience);
}

bool freeze_v1(const std::string& folder) {
    const auto stands = [&] {
        // Written again each time: a process that forked meanwhile is stopped too.
        kernel::write_file(folder + "/freezer.state", "FROZEN", freeze_why);
        return is_frozen(folder, Version::v1);
    };
    return ask_until(stands, freeze_patience);
}
// [/freeze]

}  // namespace

void freeze(const std::string& folder, Version version) {
    if (version == Version::v2 ? freeze_v2(folder) : freeze_v1(folder)) return;
    thaw(folder, version);
    throw SystemError("freeze the processes of " + folder, ETIMEDOUT);
}

void thaw(const std::string& folder, Version version) {
    constexpr Why why{2, "let the processes of the group go on"};
    if (version == Version::v2) {
        kernel::write_file(folder + "/cgroup.freeze", "0", why);
    } else {
        kernel::write_file(folder + "/freezer.state", "THAWED", why);
    }
}

bool is_frozen(const std::string& folder, Version version) {
    if (version == Version::v2) {
        return value_of(read_file(folder + "/cgroup.events"), "frozen") == 1;
    }
    return read_file(folder + "/freezer.state").starts_with("FROZEN");
}

// [kill_all]
void kill_all(const std::string& folder, Version version) {
    if (version == Version::v2) {
        try {
            kernel::write_file(folder + "/cgroup.kill", "1",
                               {2, "SIGKILL to every process of the group, and none slips away"});
            return;
        } catch (const SystemError& refused) {
            if (refused.error() != ENOENT) throw;  // it came with Linux 5.14
        }
    }
    kill_one_by_one(folder, version);
}

void kill_one_by_one(const std::string& folder, Version version) {
    // lab 02.4: freeze the group, send SIGKILL to each process in it, and thaw it.
    freeze(folder, version);
    for (const pid_t pid : processes_in(folder))
        kernel::kill(pid, SIGKILL, {2, "every process of the group is to end"});
    // On v1 a process that is frozen ends only now.
    thaw(folder, version);
    // end lab
}
// [/kill_all]

bool wait_until_empty(const std::string& folder, Version version, milliseconds timeout) {
    if (version == Version::v2) return wait_for_event(folder, "populated", 0, timeout);
    return ask_until([&] { return processes_in(folder).empty(); }, timeout);
}

}  // namespace minidock::cgroups
