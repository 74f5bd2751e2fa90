// How a runtime hands over a container's terminal: it makes the terminal inside the container
// (so that /dev/pts of the container has it) and sends the outer end over a Unix socket that it
// was given by --console-socket.
#pragma once

#include <string>

#include "minidock/base/fd.hpp"

namespace minidock::shim {

class ConsoleSocket {
  public:
    /// Listens at `path`, which must not exist yet.
    explicit ConsoleSocket(std::string path);
    ConsoleSocket(const ConsoleSocket&) = delete;
    ConsoleSocket& operator=(const ConsoleSocket&) = delete;
    ~ConsoleSocket();

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// The terminal that the runtime has sent. @throws SystemError when it has sent none
    [[nodiscard]] Fd take_terminal() const;

  private:
    std::string path_;
    Fd listener_;
};

}  // namespace minidock::shim
