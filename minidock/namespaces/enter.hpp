// Going into namespaces that exist: setns(2), by the file of one namespace or by the descriptor of
// a process. A descriptor cannot come to mean another process, as a number can.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "minidock/base/child.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/namespaces/kind.hpp"

namespace minidock::namespaces {

/// Moves the caller into one namespace, by its open file (/proc/PID/ns/net, or wherever it is
/// bound). A PID namespace takes only the children that come after (pid_namespaces(7)).
/// @throws SystemError saying which kind; EINVAL when the file is of another kind
void enter(const Fd& file, Kind kind);

/// Those of `kinds` that a process does not share with the caller.
/// @param pid as the caller's /proc numbers it
KindSet foreign_kinds(pid_t pid, KindSet kinds);

/// Moves the caller into those of a process's namespaces that are in `kinds` and are not its own
/// already, all at once.
/// @param pidfd of the process
/// @throws SystemError when the process is gone, or the caller has no right to
void enter_process(const Fd& pidfd, pid_t pid, KindSet kinds);

/// Runs a command in all namespaces of a process, as nsenter(1) and `docker exec` do, and comes
/// back when it runs. The caller itself moves there too.
/// @throws NotFound when there is no such process
/// @throws StartError with exit code 127 or 126 when the command cannot be run
Child run_in(pid_t pid, const std::vector<std::string>& command,
             const std::vector<std::string>& environment);

}  // namespace minidock::namespaces
