#include "minidock/namespaces/isolation.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/mount.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/namespaces/inspect.hpp"
#include "minidock/namespaces/reaper.hpp"

namespace minidock::namespaces {

KindSet available_kinds() {
    KindSet kinds;
    for (const auto& [kind, id] : namespaces_of(::getpid()))
        kinds.insert(kind);
    return kinds;
}

// [plan]
Plan plan_for(const Isolation& wish, KindSet available) {
    Plan plan;
    for (const Kind kind : all_kinds) {
        if (available.contains(kind) && !wish.shared.contains(kind)) plan.own.insert(kind);
    }
    if (wish.init && !plan.own.contains(Kind::pid)) {
        throw BadParameter("a PID 1 needs a PID namespace of its own");
    }
    if (wish.hostname && !plan.own.contains(Kind::uts)) {
        throw BadParameter("a host name of its own needs a UTS namespace of its own");
    }

    const bool root = ::geteuid() == 0;
    if (root && wish.id_map.empty()) {
        plan.own.erase(Kind::user);
    } else if (!plan.own.contains(Kind::user)) {
        throw BadParameter(root ? "an id map needs a user namespace of its own"
                                : "without root, the user namespace cannot be shared");
    } else if (wish.id_map.empty()) {
        plan.id_maps = {.users = {{0, ::geteuid(), 1}}, .groups = {{0, ::getegid(), 1}}};
    } else {
        plan.id_maps = {.users = wish.id_map, .groups = wish.id_map};
    }
    return plan;
}
// [/plan]

namespace {

/// The caller's tree with a /proc that shows this PID namespace.
void mount_own_proc(const KindSet& own) {
    if (!own.contains(Kind::mount) || !own.contains(Kind::pid)) return;
    kernel::mount({.target = "/", .flags = MS_REC | MS_PRIVATE},
                  {1, "what is mounted from here on stays in here"});
    kernel::mount({.source = "proc",
                   .target = "/proc",
                   .type = "proc",
                   .flags = MS_NOSUID | MS_NODEV | MS_NOEXEC},
                  {1, "ps reads /proc: this one shows the processes in here"});
}

bool has_group(const Additions& additions) {
    return additions.cgroup >= 0 || additions.join;
}

// [inside]
void prepare_inside(const Isolation& wish, const Plan& plan, const Additions& additions) {
    if (additions.join) additions.join();
    if (has_group(additions) && !wish.shared.contains(Kind::cgroup)) {
        kernel::unshare(CLONE_NEWCGROUP, {1, "its group is where the tree seems to begin"});
    }
    if (plan.own.contains(Kind::user)) become_first_inside(plan.id_maps);
    if (wish.hostname) kernel::sethostname(*wish.hostname, {1, "a host name of its own"});
    if (additions.root) {
        additions.root();
    } else {
        mount_own_proc(plan.own);
    }
    kernel::prctl(PR_SET_PDEATHSIG, SIGKILL, {1, "if the one who started it dies, it dies too"});
}
// [/inside]

}  // namespace

// [run]
Child run(const Isolation& wish, const std::vector<std::string>& command,
          const std::vector<std::string>& environment, const Additions& additions) {
    Plan plan = plan_for(wish, available_kinds());
    plan.cgroup = additions.cgroup;
    // A cgroup namespace begins where its maker is: the child makes it, once it is in its group.
    if (has_group(additions)) plan.own.erase(Kind::cgroup);
    return start(plan, {
                           .outside = [&](pid_t child, ParentSide&) { additions.outside(child); },
                           .inside =
                               [&](ChildSide& parent) {
                                   prepare_inside(wish, plan, additions);
                                   if (!wish.init) execute(command, environment);
                                   const auto program = [&] { execute(command, environment); };
                                   ::_exit(run_as_init(parent, program).shell_code());
                               },
                       });
}
// [/run]

std::vector<std::string> own_environment() {
    std::vector<std::string> variables;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        variables.emplace_back(*variable);
    }
    return variables;
}

}  // namespace minidock::namespaces
