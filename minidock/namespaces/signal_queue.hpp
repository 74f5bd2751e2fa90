// Signals as something to be read, beside everything else that a process waits for.
// See signalfd(2) and sigprocmask(2).
#pragma once

#include <csignal>

#include "minidock/base/fd.hpp"

namespace minidock::namespaces {

/// While it lives, signals wait to be read instead of interrupting anybody: those that may be meant
/// for a program beside us, and SIGCHLD. Those that tell a process of its own faults are left out.
class SignalQueue {
  public:
    SignalQueue();
    ~SignalQueue();
    SignalQueue(const SignalQueue&) = delete;
    SignalQueue& operator=(const SignalQueue&) = delete;

    /// Waits for the next signal.
    [[nodiscard]] int next() const;
    /// Readable when there is one.
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

  private:
    sigset_t before_{};
    Fd fd_;
};

}  // namespace minidock::namespaces
