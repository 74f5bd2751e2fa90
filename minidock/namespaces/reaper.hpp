// What PID 1 owes to the processes around it. The kernel gives it two duties that no other process
// has: orphans become its children, and stay zombies until it waits for them; and signals that it
// does not handle never reach it, so that it must pass on what was meant for the program.
// See pid_namespaces(7), signalfd(2), waitpid(2).
#pragma once

#include <sys/types.h>

#include <functional>

#include "minidock/base/child.hpp"
#include "minidock/namespaces/hand_over.hpp"

namespace minidock::namespaces {

/// Acts as PID 1 for one program: starts it, lets go of the parent, passes signals on to it, reaps
/// every orphan, and comes back when the program has ended. What else is left then dies with PID 1.
/// @param parent  whoever started PID 1; it learns that the program runs
/// @param program runs in a new process and ends in execve(2)
/// @return how the program ended
/// @throws StartError when it could not be started
ExitStatus run_as_init(ChildSide& parent, const std::function<void()>& program);

/// Starts a process, passes signals on to it, and comes back when it has ended: what a command such
/// as `docker run` does in the foreground. No signal is lost, however early it comes.
/// @param start makes the process
/// @return how it ended
ExitStatus run_in_foreground(const std::function<Child()>& start);

}  // namespace minidock::namespaces
