#include "minidock/namespaces/reaper.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "minidock/base/kernel/process.hpp"
#include "minidock/namespaces/signal_queue.hpp"
#include "minidock/namespaces/start.hpp"

namespace minidock::namespaces {
namespace {

/// Reaps every child that has ended except `main`, whose end it leaves to its owner.
void reap_orphans(pid_t main) {
    for (;;) {
        siginfo_t ended{};
        // WNOWAIT: look who has ended before taking them off the table.
        if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) < 0) return;
        if (ended.si_pid == 0 || ended.si_pid == main) return;
        ::waitid(P_PID, static_cast<id_t>(ended.si_pid), &ended, WEXITED);
    }
}

// [reaper]
ExitStatus forward_until_end(const SignalQueue& signals, Child& child) {
    // lab 01.5: until the child has ended, pass every signal on to it; at SIGCHLD reap the
    // orphans. The child may have ended before the queue was there: look first, then wait.
    for (;;) {
        reap_orphans(child.pid());
        if (const auto status = child.try_wait()) return *status;
        const int signal = signals.next();
        if (signal == SIGCHLD) continue;
        kernel::pidfd_send_signal(child.pidfd(), signal, {1, "a signal meant for the program"});
    }
    // end lab
}
// [/reaper]

}  // namespace

ExitStatus run_as_init(ChildSide& parent, const std::function<void()>& program) {
    const SignalQueue signals;
    Child child = start({.name = "program"}, {.inside = [&](ChildSide&) { program(); }});
    { const ChildSide let_go = std::move(parent); }
    return forward_until_end(signals, child);
}

ExitStatus run_in_foreground(const std::function<Child()>& start) {
    const SignalQueue signals;
    Child child = start();
    return forward_until_end(signals, child);
}

}  // namespace minidock::namespaces
