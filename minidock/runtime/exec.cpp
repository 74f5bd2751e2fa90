#include "minidock/runtime/exec.hpp"

#include <sys/prctl.h>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/kernel/identity.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/base/kernel/scheduling.hpp"
#include "minidock/base/unix_socket.hpp"
#include "minidock/cgroups/group.hpp"
#include "minidock/cgroups/hierarchy.hpp"
#include "minidock/namespaces/enter.hpp"
#include "minidock/namespaces/start.hpp"
#include "minidock/rootfs/open_in_root.hpp"
#include "minidock/runtime/console.hpp"
#include "minidock/runtime/found.hpp"
#include "minidock/runtime/program.hpp"
#include "minidock/runtime/terminal_proxy.hpp"

namespace minidock::runtime {
namespace {

using namespaces::Kind;
using namespaces::KindSet;

/// What the new process is given by its parent.
struct ExecPlan {
    Process process;
    std::optional<security::SeccompProgram> seccomp;
    Fd first_process;  ///< of the container
    KindSet others;    ///< the kinds of namespaces to be entered, without that of PIDs
    cgroups::Entrance entrance;
    Fd console_socket;
    SeccompListener listener;
    std::optional<unsigned long> personality;
    int preserved_fds = 0;
};

Process process_of(const ExecOptions& options, const JsonReader& config) {
    Process process;
    if (options.process_file.empty()) {
        process = parse_process(config.at("process"));
        // Whether the container itself has a terminal says nothing about this process.
        process.terminal = false;
    } else {
        const Json document = read_json_file(options.process_file);
        process = parse_process(JsonReader{document});
    }
    apply(options.changes, process);
    return process;
}

std::optional<security::SeccompFilter> filter_of(const JsonReader& linux) {
    const auto seccomp = linux.find("seccomp");
    return seccomp ? std::optional{security::parse_seccomp(*seccomp)} : std::nullopt;
}

void check_console(const ExecOptions& options, const Process& process) {
    const bool has_socket = !options.console_socket.empty();
    if (process.terminal && !has_socket && options.console == nullptr) {
        throw BadParameter("a detached process with a terminal needs --console-socket");
    }
    if (has_socket && !process.terminal) {
        throw BadParameter("--console-socket is for a process with a terminal (--tty)");
    }
}

void become_root_of_user_namespace(const KindSet& entered) {
    if (!entered.contains(Kind::user)) return;
    kernel::set_group(0, {4, "group 0 of the container's user namespace"});
    kernel::set_user(0, {4, "root in there, an ordinary user outside"});
}

// [join]
/// A PID namespace takes only children: the parent joins it for the sake of the one to come. From
/// the moment of its birth the container's processes see that child, which until its last step has
/// rights that they have not: so they must not be able to trace it (CVE-2016-9962). The mark is
/// inherited, and execve(2) takes it off.
void join_pid_namespace(const Fd& first_process, KindSet foreign) {
    kernel::prctl(PR_SET_DUMPABLE, 0, {4, "nobody in there can trace us on the way in"});
    if (!foreign.contains(Kind::pid)) return;
    kernel::setns(first_process.get(), namespaces::clone_flag(Kind::pid),
                  {5, "the next child is born among the container's processes"});
}
// [/join]

// [exec]
/// The new process's way in.
void run_exec(ExecPlan& plan) {
    // lab 05.4: what must be done while we still see the host, then the container's group and
    // namespaces, then what makes a process independent of ours, its terminal, and the program. The
    // last step is the same as for the container's first process.
    plan.listener.describe_caller();
    const security::LabelFiles labels = security::open_label_files(plan.process.labels);
    plan.entrance.enter();
    if (!plan.process.scheduling.final_affinity.empty()) {
        kernel::set_affinity(0, plan.process.scheduling.final_affinity,
                             {5, "the processors it may run on"});
    }
    if (!plan.others.empty()) {
        kernel::setns(plan.first_process.get(), plan.others.clone_flags(),
                      {5, "into the namespaces of the container's first process"});
    }
    become_root_of_user_namespace(plan.others);
    kernel::setsid({5, "no terminal of ours is its terminal"});
    kernel::join_session_keyring("minidock", {4, "no key of ours is its key"});
    if (plan.process.terminal) {
        const Terminal terminal = make_terminal(rootfs::open_root("/"), plan.process.console_size);
        send_master(plan.console_socket.get(), terminal.master);
        take_terminal(terminal.slave);
    }
    const ProgramPlan program{plan.process, plan.seccomp,     plan.listener,
                              labels,       plan.personality, plan.preserved_fds};
    execute(program, give_up_privileges(program));
    // end lab
}
// [/exec]

// [exec-group]
/// Makes the process in the container's group. Where the container has passed controllers on to
/// groups of its own, the kernel lets no process in (EBUSY; cgroup-v2.rst, "No Internal Process
/// Constraint"), and the first process is in one of those: the new one joins it there.
Child start_in_group(const cgroups::Group& group, pid_t first_process,
                     const namespaces::Sides& sides) {
    try {
        return namespaces::start({.own = {}, .cgroup = group.folder_fd(), .name = "exec"}, sides);
    } catch (const SystemError& refused) {
        if (refused.error() != EBUSY) throw;
    }
    const cgroups::Group below = cgroups::Group::open(cgroups::group_of(first_process));
    return namespaces::start({.own = {}, .cgroup = below.folder_fd(), .name = "exec"}, sides);
}
// [/exec-group]

}  // namespace

Child exec(const ExecOptions& options) {
    const Found container = find(options.root, options.id);
    const bool may = container.status == Status::created || container.status == Status::running ||
                     (container.status == Status::paused && options.ignore_paused);
    if (!may) refuse("exec in", container);

    const Json document = read_json_file(container.folder.config());
    const JsonReader config{document};
    const JsonReader linux = config.at("linux");
    const std::optional<security::SeccompFilter> filter = filter_of(linux);
    ExecPlan plan{
        .process = process_of(options, config),
        .seccomp = compiled(filter, options.root),
        .first_process = open_first_process("exec in", container),
        .listener = SeccompListener::of(filter, state_document(container.record, container.status)),
        .personality = parse_personality(linux),
        .preserved_fds = options.preserved_fds};
    check_console(options, plan.process);
    if (plan.process.terminal) {
        plan.console_socket = options.console_socket.empty() ? duplicate(*options.console)
                                                             : connect_unix(options.console_socket);
    }
    const cgroups::Group group = cgroups::Group::open(container.record.cgroups_path);
    plan.entrance = group.entrance();
    plan.others = namespaces::foreign_kinds(container.record.init.pid, KindSet::all());
    join_pid_namespace(plan.first_process, plan.others);
    plan.others.erase(Kind::pid);

    Child child = start_in_group(
        group, container.record.init.pid,
        {.outside = [&](pid_t pid,
                        namespaces::ParentSide&) { adjust_oom_score(plan.process, pid); },
         .inside = [&](namespaces::ChildSide&) { run_exec(plan); }});
    if (!options.pid_file.empty()) {
        write_atomically(options.pid_file, std::to_string(child.pid()), Durability::crash);
    }
    return child;
}

ExitStatus exec_in_foreground(const ExecOptions& options) {
    TerminalProxy proxy;
    ExecOptions in_foreground = options;
    in_foreground.console = &proxy.console();
    proxy.hold_signals();
    Child child = exec(in_foreground);
    return proxy.wait(child);
}

}  // namespace minidock::runtime
