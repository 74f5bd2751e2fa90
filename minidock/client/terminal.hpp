// Our side of a container's terminal: raw mode, its size, and the keys that let go of it. See
// termios(3), ioctl_tty(2).
#pragma once

#include <termios.h>

#include <string>
#include <string_view>

namespace minidock::client {

struct TerminalSize {
    unsigned rows = 0;
    unsigned columns = 0;
};

[[nodiscard]] bool is_terminal(int fd);
/// 0 by 0 when it has none.
[[nodiscard]] TerminalSize size_of_terminal(int fd);

/// While it lives, the terminal passes on every key as it is pressed: the container's terminal
/// does the echo, the line editing and the signals. Its destructor puts back what was.
class RawTerminal {
  public:
    /// @throws SystemError when `fd` is no terminal
    explicit RawTerminal(int fd);
    ~RawTerminal();
    RawTerminal(const RawTerminal&) = delete;
    RawTerminal& operator=(const RawTerminal&) = delete;

  private:
    int fd_;
    termios before_{};
};

/// Looks for the detach keys in what is typed.
class DetachKeys {
  public:
    explicit DetachKeys(std::string keys) : keys_{std::move(keys)} {}

    /// @return what is to be passed on. A beginning of the keys is held back until it is known
    /// what follows.
    std::string pass(std::string_view typed);
    /// Whether they have been typed. What came after them is dropped.
    [[nodiscard]] bool typed() const noexcept { return !keys_.empty() && held_ == keys_.size(); }

  private:
    std::string keys_;
    std::size_t held_ = 0;  // how many of the keys have been typed
};

}  // namespace minidock::client
