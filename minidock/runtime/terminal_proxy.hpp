// `run` and `exec` in the foreground with a terminal: what is typed on our own terminal goes to the
// container's, what appears there is shown here, and the window's size is passed on.
// See pty(7), termios(3), SIGWINCH in ioctl_tty(2).
#pragma once

#include <optional>

#include "minidock/base/child.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/namespaces/signal_queue.hpp"

namespace minidock::runtime {

class TerminalProxy {
  public:
    TerminalProxy();

    /// Where the container's first process is to send the master end of its terminal, if it makes
    /// one.
    [[nodiscard]] const Fd& console() const noexcept { return inner_; }

    /// From here on signals are for the program, and none is lost: they wait for wait().
    void hold_signals() { signals_.emplace(); }

    /// Passes signals on until the process has ended, and joins the two terminals if it has made
    /// one.
    /// @return how it ended
    ExitStatus wait(Child& child);

  private:
    std::optional<namespaces::SignalQueue> signals_;
    Fd outer_;
    Fd inner_;
};

}  // namespace minidock::runtime
