// The container's terminal: a pair of ends made from the container's own /dev/pts. The program gets
// the slave end; the master end goes to whoever holds the container (the shim), over the socket
// that --console-socket names. See pty(7), ioctl_tty(2), and runc's docs/terminals.md.
#pragma once

#include <optional>

#include "minidock/base/fd.hpp"
#include "minidock/runtime/spec.hpp"

namespace minidock::runtime {

/// A pair of terminal ends.
struct Terminal {
    Fd master;
    Fd slave;
};

/// Makes a terminal in the /dev/pts inside `root`, before that becomes the root.
/// @throws SystemError when there is no devpts
Terminal make_terminal(const Fd& root, const std::optional<ConsoleSize>& size);

/// Puts the terminal on /dev/console inside `root`.
void mount_console(const Fd& root, const Fd& slave);

/// Hands the master end over.
void send_master(int console_socket, const Fd& master);

/// Makes the terminal the caller's standard streams and its session's controlling terminal.
void take_terminal(const Fd& slave);

}  // namespace minidock::runtime
