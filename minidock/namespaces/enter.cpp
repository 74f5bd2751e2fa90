#include "minidock/namespaces/enter.hpp"

#include <unistd.h>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/namespaces/id_map.hpp"
#include "minidock/namespaces/inspect.hpp"
#include "minidock/namespaces/start.hpp"

namespace minidock::namespaces {

void enter(const Fd& file, Kind kind) {
    try {
        kernel::setns(file.get(), clone_flag(kind), {1, "join a namespace that exists"});
    } catch (const SystemError& error) {
        throw SystemError("enter the " + std::string{oci_name(kind)} + " namespace", error.error());
    }
}

KindSet foreign_kinds(pid_t pid, KindSet kinds) {
    const auto ours = namespaces_of(::getpid());
    KindSet foreign;
    for (const auto& [kind, id] : namespaces_of(pid)) {
        if (kinds.contains(kind) && ours.at(kind) != id) foreign.insert(kind);
    }
    return foreign;
}

// [enter]
void enter_process(const Fd& pidfd, pid_t pid, KindSet kinds) {
    // The kernel refuses to enter the user namespace that one is in already (setns(2), EINVAL).
    const KindSet foreign = foreign_kinds(pid, kinds);
    if (foreign.empty()) return;
    kernel::setns(pidfd.get(), foreign.clone_flags(), {1, "join the namespaces of a process"});
}
// [/enter]

namespace {

Fd open_process(pid_t pid) {
    try {
        return kernel::pidfd_open(pid);
    } catch (const SystemError& error) {
        if (error.error() != ESRCH && error.error() != EINVAL) throw;
        throw NotFound("there is no process " + std::to_string(pid));
    }
}

}  // namespace

// [run-in]
Child run_in(pid_t pid, const std::vector<std::string>& command,
             const std::vector<std::string>& environment) {
    const Fd process = open_process(pid);
    const bool other_users =
        namespaces_of(pid)[Kind::user] != namespaces_of(::getpid())[Kind::user];
    const IdMaps maps = id_maps_of(pid);
    enter_process(process, pid, KindSet::all());
    // A PID namespace takes only children: the command has to be one.
    return start({.name = "entered"}, {.inside = [&](ChildSide&) {
                     if (other_users) become_first_inside(maps);
                     execute(command, environment);
                 }});
}
// [/run-in]

}  // namespace minidock::namespaces
