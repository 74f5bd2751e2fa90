#include "minidock/namespaces/start.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/base/trace.hpp"
#include "minidock/base/unix_socket.hpp"
#include "minidock/namespaces/inspect.hpp"

namespace minidock::namespaces {
namespace {

constexpr int not_found = 127;       // POSIX, "Exit Status for Commands"
constexpr int not_executable = 126;  // the same

/// The PID behind a pidfd, as the caller's /proc numbers it.
pid_t pid_of(const Fd& pidfd) {
    const std::string info = read_file("/proc/self/fdinfo/" + std::to_string(pidfd.get()));
    const std::size_t at = info.find("\nPid:\t");
    if (at == std::string::npos) throw SystemError("find the process of a pidfd", ESRCH);
    return static_cast<pid_t>(std::stol(info.substr(at + 6)));
}

[[noreturn]] void run_child(ChildSide& parent, const Plan& plan, const Sides& sides) noexcept {
    try {
        trace::rename(plan.name);
        parent.reached();
        sides.inside(parent);
        parent.fail("the process had no program to run", 1);
    } catch (const StartError& error) {
        parent.fail(error.what(), error.exit_code());
    } catch (const std::exception& error) {
        parent.fail(error.what(), 1);
    }
}

// [joined-user-namespace]
/// New namespaces belong to the user namespace that their maker is in. So a helper joins that first
/// and makes the process in it, as our child and not its own (CLONE_PARENT). Which process that is,
/// it tells by a descriptor: the helper may count processes differently.
kernel::Cloned clone_in_user_namespace(const Plan& plan, const Why& why) {
    auto [ours, helpers] = socket_pair(SOCK_SEQPACKET);
    kernel::Cloned helper =
        kernel::clone3(0, -1, {1, "a helper, which can leave our user namespace"});
    if (helper.in_child()) {
        try {
            kernel::setns(plan.user_namespace, clone_flag(Kind::user),
                          {1, "into the user namespace that exists"});
            kernel::Cloned made =
                kernel::clone3(plan.own.clone_flags() | CLONE_PARENT, plan.cgroup, why);
            if (made.in_child()) return {};
            send_message(helpers.get(), "made", {made.pidfd.get()});
            ::_exit(0);
        } catch (const std::exception& error) {
            send_message(helpers.get(), error.what());
            ::_exit(1);
        }
    }
    Child reaped{helper.pid, std::move(helper.pidfd)};
    helpers.reset();
    std::optional<Message> answer = receive_message(ours.get());
    reaped.wait();
    if (!answer) throw StartError("the helper that joins the user namespace has died");
    if (answer->descriptors.empty()) throw StartError(answer->bytes);
    const pid_t pid = pid_of(answer->descriptors[0]);
    return {pid, std::move(answer->descriptors[0])};
}
// [/joined-user-namespace]

}  // namespace

// [start]
Child start(const Plan& plan, const Sides& sides) {
    HandOver hand_over = HandOver::make();
    const Why why{1, plan.own.empty() ? "a child, in our own namespaces"
                                      : "a process with namespaces of its own"};
    kernel::Cloned cloned = plan.user_namespace < 0
                                ? kernel::clone3(plan.own.clone_flags(), plan.cgroup, why)
                                : clone_in_user_namespace(plan, why);
    if (cloned.in_child()) {
        const ParentSide let_go = std::move(hand_over.parent);
        run_child(hand_over.child, plan, sides);
    }

    // From here on the child dies with us unless everything succeeds.
    Child child{cloned.pid, std::move(cloned.pidfd)};
    { const ChildSide let_go = std::move(hand_over.child); }
    hand_over.parent.wait_for_child();
    if (plan.own.contains(Kind::user)) write_id_maps(child.pid(), plan.id_maps);
    sides.outside(child.pid(), hand_over.parent);
    hand_over.parent.let_go_on();
    hand_over.parent.wait_for_exec();
    return child;
}
// [/start]

Fd user_namespace_with(const IdMaps& maps) {
    KindSet users;
    users.insert(Kind::user);
    const Child holder =
        start({.own = users, .id_maps = maps, .name = "holder"}, {.inside = [](ChildSide& parent) {
                  parent.close();
                  ::pause();
              }});
    return open_file(namespace_file(holder.pid(), Kind::user), O_RDONLY);
}

namespace {

bool is_executable_file(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
           ::access(path.c_str(), X_OK) == 0;
}

std::string search_path(const std::vector<std::string>& environment) {
    for (const std::string& variable : environment) {
        if (variable.starts_with("PATH=")) return variable.substr(5);
    }
    return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

std::string find_by_path(const std::string& name) {
    struct stat info {};
    if (::stat(name.c_str(), &info) < 0) {
        const std::string reason =
            errno == EACCES ? "permission denied" : "no such file or directory";
        throw StartError("exec: \"" + name + "\": stat " + name + ": " + reason,
                         errno == EACCES ? not_executable : not_found);
    }
    if (S_ISDIR(info.st_mode)) {
        throw StartError("exec: \"" + name + "\": is a directory", not_executable);
    }
    if (!is_executable_file(name)) {
        throw StartError("exec: \"" + name + "\": permission denied", not_executable);
    }
    return name;
}

}  // namespace

std::string find_program(const std::string& name, const std::vector<std::string>& environment) {
    if (name.find('/') != std::string::npos) return find_by_path(name);
    const std::string folders = search_path(environment);
    std::size_t start = 0;
    while (start <= folders.size() && !name.empty()) {
        const std::size_t end = std::min(folders.find(':', start), folders.size());
        std::string file = end == start ? "." : folders.substr(start, end - start);
        file.append("/").append(name);
        if (is_executable_file(file)) return file;
        start = end + 1;
    }
    throw StartError("exec: \"" + name + "\": executable file not found in $PATH", not_found);
}

void execute(const std::vector<std::string>& arguments,
             const std::vector<std::string>& environment) {
    const std::string file = find_program(arguments.at(0), environment);
    // A program begins with no signal held back, whatever its starter holds back for itself.
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    try {
        kernel::execve(file, arguments, environment, {1, "the process becomes the program"});
    } catch (const SystemError& error) {
        // The file is there and executable: its format, or its interpreter, is what is wrong.
        throw StartError("exec " + file + ": " + std::strerror(error.error()), not_executable);
    }
}

}  // namespace minidock::namespaces
