#include "minidock/runtime/console.hpp"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/mount.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/base/unix_socket.hpp"
#include "minidock/rootfs/open_in_root.hpp"

namespace minidock::runtime {

// [terminal]
Terminal make_terminal(const Fd& root, const std::optional<ConsoleSize>& size) {
    // lab 05.3: open the multiplexer that the container's own devpts has, unlock the pair, and open
    // the slave through the master. Set the size, where there is one.
    Terminal terminal;
    terminal.master = rootfs::open_in_root(root, {"/dev/pts/ptmx"}, O_RDWR | O_NOCTTY);
    int unlock = 0;
    if (::ioctl(terminal.master.get(), TIOCSPTLCK, &unlock) < 0) {
        throw SystemError("unlock the container's terminal");
    }
    // The slave is opened through the master, never by its path: a path inside the container can
    // be made to mean another file (CVE-2025-52565).
    terminal.slave = Fd{::ioctl(terminal.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC)};
    if (!terminal.slave) throw SystemError("open the container's end of its terminal");
    if (size) {
        const winsize extent{.ws_row = size->height, .ws_col = size->width};
        if (::ioctl(terminal.master.get(), TIOCSWINSZ, &extent) < 0) {
            throw SystemError("set the size of the container's terminal");
        }
    }
    return terminal;
    // end lab
}
// [/terminal]

void mount_console(const Fd& root, const Fd& slave) {
    const Fd place = rootfs::make_mount_point(root, {"/dev/console"}, rootfs::MountPoint::file);
    const Fd copy = kernel::open_tree(slave.get(), "", OPEN_TREE_CLONE | AT_EMPTY_PATH,
                                      {5, "the terminal's file, to be placed inside"});
    kernel::attach_mount(copy.get(), place.get(), {5, "the terminal is /dev/console in there"});
}

void send_master(int console_socket, const Fd& master) {
    send_message(console_socket, "/dev/ptmx", {master.get()});
}

void take_terminal(const Fd& slave) {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::dup2(slave.get(), stream) < 0) throw SystemError("use the terminal as a stream");
    }
    kernel::set_controlling_terminal(STDIN_FILENO, {5, "Ctrl-C typed there reaches the program"});
}

}  // namespace minidock::runtime
