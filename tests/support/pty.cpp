#include "tests/support/pty.hpp"

#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/process.hpp"

namespace minidock::test {

Pty::Pty(const std::vector<std::string>& arguments, unsigned short rows, unsigned short columns) {
    const winsize size{rows, columns, 0, 0};
    const auto argv = kernel::pointers_to(arguments);
    int master = -1;
    const pid_t pid = ::forkpty(&master, nullptr, nullptr, &size);
    if (pid < 0) throw SystemError("make a terminal");
    if (pid == 0) {
        ::execvp(argv[0], argv.data());
        ::_exit(127);
    }
    master_ = Fd{master};
    child_.emplace(pid, kernel::pidfd_open(pid));
}

void Pty::type(std::string_view text) {
    write_all(master_.get(), text, "the terminal");
}

void Pty::resize(unsigned short rows, unsigned short columns) {
    const winsize size{rows, columns, 0, 0};
    if (::ioctl(master_.get(), TIOCSWINSZ, &size) < 0) throw SystemError("resize the terminal");
}

/// @return false when nothing more comes
bool Pty::read_more() {
    pollfd entry{.fd = master_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&entry, 1, 20'000) <= 0) return false;
    std::array<char, 4096> buffer{};
    const ssize_t n = ::read(master_.get(), buffer.data(), buffer.size());
    if (n <= 0) return false;
    unread_.append(buffer.data(), static_cast<std::size_t>(n));
    return true;
}

std::string Pty::read_until(std::string_view text) {
    std::size_t found = 0;
    while ((found = unread_.find(text)) == std::string::npos) {
        if (!read_more()) return std::exchange(unread_, {});
    }
    std::string head = unread_.substr(0, found + text.size());
    unread_.erase(0, head.size());
    return head;
}

std::string Pty::read_all() {
    while (read_more()) {
    }
    return std::exchange(unread_, {});
}

bool Pty::cooked() const {
    termios mode{};
    if (::tcgetattr(master_.get(), &mode) < 0) throw SystemError("read the terminal's mode");
    return (mode.c_lflag & (ICANON | ECHO)) == (ICANON | ECHO);
}

}  // namespace minidock::test
