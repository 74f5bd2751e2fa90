// A program on a terminal of its own, typed to and read by a test. See pty(7).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "minidock/base/child.hpp"
#include "minidock/base/fd.hpp"

namespace minidock::test {

class Pty {
  public:
    /// Starts a program whose controlling terminal has this size.
    Pty(const std::vector<std::string>& arguments, unsigned short rows, unsigned short columns);

    void type(std::string_view text);
    /// Changes the window's size, of which the program is told by SIGWINCH.
    void resize(unsigned short rows, unsigned short columns);
    /// What has been printed since the last call, up to and with `text`; or all that there was when
    /// it does not come within 20 seconds.
    std::string read_until(std::string_view text);
    /// Everything until the program has ended.
    std::string read_all();
    /// Waits for the program's end.
    ExitStatus wait() { return child_->wait(); }
    /// Whether the terminal echoes and edits lines, as it does unless a program has set it to raw.
    [[nodiscard]] bool cooked() const;

  private:
    bool read_more();

    Fd master_;
    std::optional<Child> child_;
    std::string unread_;
};

}  // namespace minidock::test
