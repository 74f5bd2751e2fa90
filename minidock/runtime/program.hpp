// The last steps before a program runs, the same for the container's first process and for those
// that `exec` adds: what it may use and do, who it is, where it works.
// See the OCI runtime specification, config.md, "Process".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "minidock/runtime/seccomp_listener.hpp"
#include "minidock/runtime/spec.hpp"

namespace minidock::runtime {

/// What a process inside the container's root is to become.
struct ProgramPlan {
    const Process& process;
    const std::optional<security::SeccompProgram>& seccomp;
    const SeccompListener& listener;
    const security::LabelFiles& labels;
    std::optional<unsigned long> personality;
    int preserved_fds = 0;  ///< how many descriptors from 3 on the program keeps
};

/// The filter as the kernel takes it, from the runtime's store of those translated before.
/// @param root the folder of all containers' states
std::optional<security::SeccompProgram> compiled(
    const std::optional<security::SeccompFilter>& filter, const std::string& root);

/// From outside, while the process waits: how soon it goes when the machine is out of memory.
void adjust_oom_score(const Process& process, pid_t pid);

/// Sets limits, user, groups and capabilities, enters the working directory, and looks whether the
/// program is there. There is no way back.
/// @return the program's environment
/// @throws namespaces::StartError 127 or 126 when the program cannot be run
std::vector<std::string> give_up_privileges(const ProgramPlan& plan);

/// Becomes the program.
[[noreturn]] void execute(const ProgramPlan& plan, const std::vector<std::string>& environment);

}  // namespace minidock::runtime
