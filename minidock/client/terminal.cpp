#include "minidock/client/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <utility>

#include "minidock/base/error.hpp"

namespace minidock::client {

bool is_terminal(int fd) {
    return ::isatty(fd) == 1;
}

TerminalSize size_of_terminal(int fd) {
    winsize size{};
    if (::ioctl(fd, TIOCGWINSZ, &size) < 0) return {};
    return {.rows = size.ws_row, .columns = size.ws_col};
}

RawTerminal::RawTerminal(int fd) : fd_{fd} {
    if (::tcgetattr(fd_, &before_) < 0) throw SystemError("read the terminal's mode");
    termios raw = before_;
    ::cfmakeraw(&raw);
    if (::tcsetattr(fd_, TCSADRAIN, &raw) < 0) throw SystemError("set the terminal to raw mode");
}

RawTerminal::~RawTerminal() {
    ::tcsetattr(fd_, TCSADRAIN, &before_);
}

std::string DetachKeys::pass(std::string_view typed_now) {
    std::string passed;
    for (const char c : typed_now) {
        if (typed()) break;
        if (held_ < keys_.size() && c == keys_[held_]) {
            ++held_;
            continue;
        }
        passed += keys_.substr(0, std::exchange(held_, 0));
        // The key that breaks one beginning may start the next.
        if (!keys_.empty() && c == keys_.front())
            ++held_;
        else
            passed += c;
    }
    return passed;
}

}  // namespace minidock::client
