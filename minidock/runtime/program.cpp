#include "minidock/runtime/program.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/file.hpp"
#include "minidock/base/kernel/mount.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/namespaces/start.hpp"
#include "minidock/security/identity.hpp"
#include "minidock/security/rlimits.hpp"
#include "minidock/security/seccomp_cache.hpp"

namespace minidock::runtime {
namespace {

/// Changes into the working directory, and makes sure that it is inside the root: a descriptor
/// that leaked from outside would lead out through /proc/self/fd (CVE-2024-21626).
void enter_working_directory(const std::string& cwd) {
    kernel::chdir(cwd, {5, "the program's working directory"});
    std::array<char, PATH_MAX> path{};
    if (::getcwd(path.data(), path.size()) == nullptr || path[0] != '/') {
        throw SystemError("use " + cwd + " as the working directory: it is outside of the root",
                          EPERM);
    }
}

/// HOME is the only variable that a program may expect and config.json may lack.
std::vector<std::string> environment_of(const Process& process) {
    std::vector<std::string> environment = process.env;
    const bool has_home = std::ranges::any_of(
        environment, [](const std::string& variable) { return variable.starts_with("HOME="); });
    if (!has_home) environment.emplace_back(process.user.uid == 0 ? "HOME=/root" : "HOME=/");
    return environment;
}

bool is_null_device(const struct stat& info) {
    return S_ISCHR(info.st_mode) && info.st_rdev == makedev(1, 3);
}

/// The program may open its own streams again by name (/dev/stdout), which asks for the rights of a
/// file's owner. /dev/null is everybody's already, and may be the host's own.
void own_streams(const security::User& user) {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        struct stat info {};
        if (::fstat(stream, &info) < 0 || info.st_uid == user.uid || is_null_device(info)) continue;
        try {
            kernel::chown_open_file(stream, user.uid, info.st_gid,
                                    {5, "it may open its own streams again"});
        } catch (const SystemError& refused) {
            // A stream from outside of the user namespace, or on a read-only file system.
            if (refused.error() != EINVAL && refused.error() != EPERM && refused.error() != EROFS) {
                throw;
            }
        }
    }
}

/// Without no_new_privs a filter takes CAP_SYS_ADMIN, which the process is about to lose. With it,
/// the filter comes last, so that it need not allow what the steps before it call.
bool filters_early(const Process& process) {
    return !process.no_new_privileges;
}

void filter_calls(const ProgramPlan& plan) {
    if (!plan.seccomp) return;
    const Fd notifications = security::install(*plan.seccomp);
    if (notifications) plan.listener.take(notifications);
}

}  // namespace

std::optional<security::SeccompProgram> compiled(
    const std::optional<security::SeccompFilter>& filter, const std::string& root) {
    if (!filter) return std::nullopt;
    // Beside the containers' folders; no container's id begins with a dot.
    return security::compile_cached(*filter, root + "/.seccomp");
}

void adjust_oom_score(const Process& process, pid_t pid) {
    if (!process.oom_score_adj) return;
    kernel::write_file("/proc/" + std::to_string(pid) + "/oom_score_adj",
                       std::to_string(*process.oom_score_adj),
                       {5, "who goes first when the machine runs out of memory"});
}

// [program]
std::vector<std::string> give_up_privileges(const ProgramPlan& plan) {
    const Process& process = plan.process;
    security::set_rlimits(process.rlimits);
    kernel::close_on_exec_from(3 + plan.preserved_fds, {5, "no descriptor of ours leaks in"});
    own_streams(process.user);
    if (plan.personality) {
        kernel::set_personality(*plan.personality, {5, "which kernel it seems to run on"});
    }
    security::set_scheduling(process.scheduling);
    if (filters_early(process)) filter_calls(plan);
    security::assume({.user = process.user,
                      .capabilities = process.capabilities,
                      .no_new_privileges = process.no_new_privileges});
    enter_working_directory(process.cwd);
    std::vector<std::string> environment = environment_of(process);
    namespaces::find_program(process.args[0], environment);
    return environment;
}

void execute(const ProgramPlan& plan, const std::vector<std::string>& environment) {
    security::apply_at_exec(plan.process.labels, plan.labels);
    if (!filters_early(plan.process)) filter_calls(plan);
    namespaces::execute(plan.process.args, environment);
}
// [/program]

}  // namespace minidock::runtime
