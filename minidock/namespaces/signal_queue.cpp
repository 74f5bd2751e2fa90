#include "minidock/namespaces/signal_queue.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>

#include "minidock/base/error.hpp"

namespace minidock::namespaces {
namespace {

/// Signals that mean something to the process that gets them, and not to the program beside it.
bool is_private(int signal) {
    switch (signal) {
        case SIGCHLD:
        case SIGILL:
        case SIGTRAP:
        case SIGABRT:
        case SIGBUS:
        case SIGFPE:
        case SIGSEGV:
        case SIGSYS:
        case SIGTTIN:
        case SIGTTOU:
        case SIGPIPE:
            return true;
        default:
            return false;
    }
}

}  // namespace

SignalQueue::SignalQueue() {
    sigset_t wanted;
    sigfillset(&wanted);
    for (int signal = 1; signal < NSIG; ++signal) {
        if (is_private(signal) && signal != SIGCHLD) sigdelset(&wanted, signal);
    }
    ::sigprocmask(SIG_SETMASK, &wanted, &before_);
    fd_ = Fd{::signalfd(-1, &wanted, SFD_CLOEXEC)};
    if (!fd_) throw SystemError("make a queue of signals");
}

SignalQueue::~SignalQueue() {
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

int SignalQueue::next() const {
    signalfd_siginfo info{};
    while (::read(fd_.get(), &info, sizeof info) < 0) {
        if (errno != EINTR) throw SystemError("wait for a signal");
    }
    return static_cast<int>(info.ssi_signo);
}

}  // namespace minidock::namespaces
