#include "minidock/runtime/container.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/cgroups/group.hpp"
#include "minidock/cgroups/systemd_scope.hpp"
#include "minidock/runtime/found.hpp"
#include "minidock/runtime/hooks.hpp"
#include "minidock/runtime/spec_resources.hpp"

namespace minidock::runtime {
namespace {

using namespace std::chrono_literals;

void remove_cgroup(const Record& record) {
    try {
        cgroups::Group::open(record.cgroups_path).remove();
    } catch (const NotFound&) {
        // Half a container may not have got one, and systemd may have been quicker.
    }
    if (!record.scope.empty()) cgroups::stop_scope(record.scope);
}

/// Kills all processes and waits for their end. The group is emptied even if its first process
/// could not be found any more.
void kill_all(const Record& record) {
    try {
        cgroups::Group group = cgroups::Group::open(record.cgroups_path);
        group.kill();
        group.wait_until_empty(10s);
    } catch (const NotFound&) {
        // It never got a group, and no process either.
    }
}

}  // namespace

void start(const std::string& root, const std::string& id) {
    const Found container = find(root, id);
    if (container.status != Status::created) refuse("start", container);
    // Without O_NONBLOCK this would wait for ever for a first process that has died.
    const Fd fifo{::open(container.folder.fifo().c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)};
    if (!fifo) throw SystemError("start container \"" + id + "\": its first process is gone");
    write_all(fifo.get(), "s", container.folder.fifo());
    if (::unlink(container.folder.fifo().c_str()) < 0) {
        throw SystemError("remove " + container.folder.fifo());
    }
    if (container.record.poststart.empty()) return;
    run_hooks_and_warn(container.record.poststart,
                       state_document(container.record, Status::running).dump());
}

void kill(const std::string& root, const std::string& id, int signal, bool all) {
    const Found container = find(root, id);
    const bool alive = container.status != Status::stopped && container.status != Status::creating;
    if (all) {
        for (const pid_t pid : cgroups::Group::open(container.record.cgroups_path).processes())
            kernel::kill(pid, signal, {5, "every process of the container"});
        return;
    }
    if (!alive) refuse("signal", container);
    const Fd init = open_first_process("signal", container);
    kernel::pidfd_send_signal(init.get(), signal, {5, "the container's first process"});
}

void remove(const std::string& root, const std::string& id, bool force) {
    std::optional<StateFolder> folder;
    try {
        folder = StateFolder::open(root, id);
    } catch (const NotFound&) {
        if (force) return;
        throw;
    }
    const std::optional<Record> record = folder->load();
    if (!record) return folder->remove();

    const Status status = folder->status(*record);
    const bool is_over =
        status == Status::stopped || status == Status::created || status == Status::creating;
    if (!is_over && !force) refuse("delete", {*folder, *record, status});
    if (status != Status::stopped) kill_all(*record);
    remove_cgroup(*record);
    folder->remove();
    if (record->poststop.empty()) return;
    run_hooks_and_warn(record->poststop, state_document(*record, Status::stopped).dump());
}

namespace {

/// The group of a container that has processes.
cgroups::Group live_group(const std::string& verb, const Found& container) {
    if (container.status == Status::stopped || container.status == Status::creating) {
        refuse(verb, container);
    }
    return cgroups::Group::open(container.record.cgroups_path);
}

}  // namespace

void pause(const std::string& root, const std::string& id) {
    const Found container = find(root, id);
    if (container.status == Status::paused) refuse("pause", container);
    live_group("pause", container).freeze();
}

void resume(const std::string& root, const std::string& id) {
    const Found container = find(root, id);
    if (container.status != Status::paused) refuse("resume", container);
    cgroups::Group::open(container.record.cgroups_path).thaw();
}

std::vector<pid_t> processes(const std::string& root, const std::string& id) {
    const Found container = find(root, id);
    if (container.status == Status::stopped) return {};
    return live_group("look into", container).processes();
}

Usage usage(const std::string& root, const std::string& id) {
    const cgroups::Group group = live_group("measure", find(root, id));
    return {.stats = group.stats(), .oom_kills = group.oom_kills()};
}

void update(const std::string& root, const std::string& id, const Json& resources) {
    const Found container = find(root, id);
    cgroups::Group group = live_group("update", container);
    const cgroups::Resources parsed = parse_resources(JsonReader{resources});
    if (!container.record.scope.empty()) set_scope_limits(container.record.scope, parsed);
    group.set(parsed);
}

Json state(const std::string& root, const std::string& id) {
    const Found container = find(root, id);
    Json document = state_document(container.record, container.status);
    document["rootfs"] = container.record.rootfs;
    document["created"] = to_rfc3339(container.record.created);
    document["owner"] = "";
    return document;
}

std::vector<Listed> list(const std::string& root) {
    std::vector<Listed> rows;
    for (const std::string& id : StateFolder::list(root)) {
        try {
            Found container = find(root, id);
            rows.push_back({std::move(container.record), container.status});
        } catch (const NotFound&) {
            // Another minirun is just making or deleting it.
        }
    }
    return rows;
}

}  // namespace minidock::runtime
