// An attached session: our terminal or pipes on one side, a container's streams on the other, and
// the signals that are meant for the container.
//
// One thread and one poll(2). Signals come through a signalfd(2), so that nothing is interrupted
// and the terminal is put back on every way out.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "minidock/base/fd.hpp"
#include "minidock/client/frames.hpp"
#include "minidock/client/terminal.hpp"
#include "minidock/http/exchange.hpp"

namespace minidock::client {

struct SessionOptions {
    bool terminal = false;  ///< the container has a terminal: its output is raw, without frames
    bool input = false;     ///< pass on our standard input
    std::string detach_keys = "\x10\x11";         ///< ctrl-p, ctrl-q; looked for in a terminal only
    std::function<void(int signal)> on_signal;    ///< a signal for the container; none: our own
    std::function<void(TerminalSize)> on_resize;  ///< our window has another size now
};

class Session {
  public:
    enum class End { output_over, detached, interrupted };

    /// Blocks the signals that are the container's, and sets our terminal to raw mode.
    explicit Session(SessionOptions options);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Passes bytes both ways until the output is over, the user detaches, or has had enough:
    /// the third interrupt ends us rather than the container.
    End run(http::Hijacked connection);
    /// Waits until `fd` is readable, and goes on to pass on signals meanwhile.
    /// @return output_over when it is, interrupted when the user has had enough
    End wait_readable(int fd);

  private:
    End loop(int socket, int awaited);
    void read_input();
    bool send_pending(int socket);
    bool read_output(int socket);
    bool take_signal();
    void print(std::string_view bytes);

    SessionOptions options_;
    Fd signals_;
    std::optional<RawTerminal> raw_;
    FrameDecoder frames_;
    DetachKeys keys_;
    std::string pending_;  // input on its way to the container
    bool input_open_ = false;
    bool input_closing_ = false;
    int interrupts_ = 0;
};

}  // namespace minidock::client
