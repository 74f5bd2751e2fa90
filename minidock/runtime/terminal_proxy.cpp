#include "minidock/runtime/terminal_proxy.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <tuple>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/base/unix_socket.hpp"

namespace minidock::runtime {
namespace {

/// While it lives, our terminal passes on every key as it is: editing a line, echoing it and
/// turning Ctrl-C into a signal is the business of the container's terminal.
class RawMode {
  public:
    RawMode() {
        if (::tcgetattr(STDIN_FILENO, &before_) < 0) return;  // no terminal: nothing to change
        termios raw = before_;
        ::cfmakeraw(&raw);
        changed_ = ::tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
    }
    ~RawMode() {
        if (changed_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    }
    RawMode(const RawMode&) = delete;
    RawMode& operator=(const RawMode&) = delete;

  private:
    termios before_{};
    bool changed_ = false;
};

void copy_size(const Fd& master) {
    winsize size{};
    if (::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row != 0) {
        ::ioctl(master.get(), TIOCSWINSZ, &size);
    }
}

/// A program in the foreground, and the two terminals while they are joined.
class Foreground {
  public:
    /// @param master of the container's terminal; none where it has none
    Foreground(const namespaces::SignalQueue& signals, Child& child, Fd master)
        : signals_{signals}, child_{child}, master_{std::move(master)} {
        if (!master_) return;
        raw_.emplace();
        ::fcntl(master_.get(), F_SETFL, O_NONBLOCK);
        copy_size(master_);
    }

    ExitStatus run() {
        while (!status_) {
            const bool typing = has_input_ && typed_.empty();
            const short wanted = typed_.empty() ? POLLIN : POLLIN | POLLOUT;
            std::array<pollfd, 3> polled{{{signals_.fd(), POLLIN, 0},
                                          {master_.get(), wanted, 0},
                                          {typing ? STDIN_FILENO : -1, POLLIN, 0}}};
            if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) {
                throw SystemError("wait for the terminal");
            }
            if (polled[2].revents != 0) read_keys();
            if (polled[1].revents != 0) move();
            if (polled[0].revents != 0) take_signal();
        }
        while (show_some()) {  // what it said last
        }
        return *status_;
    }

  private:
    void take_signal() {
        const int signal = signals_.next();
        if (signal == SIGCHLD) {
            status_ = child_.try_wait();
        } else if (signal == SIGWINCH) {
            copy_size(master_);
        } else {
            kernel::pidfd_send_signal(child_.pidfd(), signal,
                                      {5, "a signal meant for the program"});
        }
    }

    void read_keys() {
        std::array<char, 1024> buffer{};
        const ssize_t n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (n > 0) {
            typed_.assign(buffer.data(), static_cast<std::size_t>(n));
        } else if (n == 0 || errno != EINTR) {
            has_input_ = false;
        }
    }

    void move() {
        const ssize_t n = typed_.empty() ? 0 : ::write(master_.get(), typed_.data(), typed_.size());
        if (n > 0) typed_.erase(0, static_cast<std::size_t>(n));
        if (!show_some() && errno != EAGAIN && errno != EINTR) {
            // EIO: nobody has the other end open any more. The program may live on without it.
            master_.reset();
            typed_.clear();
            has_input_ = false;
        }
    }

    /// @return whether there was something to show
    bool show_some() {
        std::array<char, 16384> buffer{};
        const ssize_t n = ::read(master_.get(), buffer.data(), buffer.size());
        if (n <= 0) return false;
        write_all(STDOUT_FILENO, {buffer.data(), static_cast<std::size_t>(n)}, "standard output");
        return true;
    }

    const namespaces::SignalQueue& signals_;
    std::optional<RawMode> raw_;
    Child& child_;
    Fd master_;
    std::string typed_;  ///< and not yet taken by the container's terminal
    bool has_input_ = static_cast<bool>(master_);
    std::optional<ExitStatus> status_ = child_.try_wait();
};

bool is_readable(const Fd& socket) {
    pollfd polled{socket.get(), POLLIN, 0};
    return ::poll(&polled, 1, 0) > 0;
}

}  // namespace

TerminalProxy::TerminalProxy() {
    std::tie(outer_, inner_) = socket_pair(SOCK_STREAM);
}

ExitStatus TerminalProxy::wait(Child& child) {
    if (!signals_) hold_signals();
    Fd master;
    // It was sent before the process was ready, so it is here by now or never.
    if (is_readable(outer_)) {
        std::optional<Message> message = receive_message(outer_.get());
        if (message && !message->descriptors.empty()) master = std::move(message->descriptors[0]);
    }
    return Foreground{*signals_, child, std::move(master)}.run();
}

}  // namespace minidock::runtime
