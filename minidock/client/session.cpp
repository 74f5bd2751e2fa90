#include "minidock/client/session.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "minidock/base/error.hpp"

namespace minidock::client {
namespace {

/// How many interrupts a user sends before we believe that they are meant for us.
constexpr int most_interrupts = 3;

sigset_t session_signals(bool for_container) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGWINCH);
    for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGCONT, SIGTSTP})
        if (for_container) sigaddset(&set, signal);
    return set;
}

Fd open_signals(bool for_container) {
    const sigset_t set = session_signals(for_container);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    Fd fd{::signalfd(-1, &set, SFD_CLOEXEC)};
    if (!fd) throw SystemError("watch for signals");
    return fd;
}

void write_to(int fd, std::string_view bytes) {
    try {
        write_all(fd, bytes, "the output");
    } catch (const SystemError& error) {
        // Whoever read our output has read enough ("| head -1"): the container's is dropped.
        if (error.error() != EPIPE) throw;
    }
}

int output_of(FrameDecoder::Stream stream) {
    return stream == FrameDecoder::Stream::standard_error ? STDERR_FILENO : STDOUT_FILENO;
}

}  // namespace

Session::Session(SessionOptions options)
    : options_{std::move(options)},
      signals_{open_signals(options_.on_signal != nullptr)},
      frames_{[](FrameDecoder::Stream stream, std::string_view bytes) {
          write_to(output_of(stream), bytes);
      }},
      keys_{options_.detach_keys},
      input_open_{options_.input} {
    std::signal(SIGPIPE, SIG_IGN);
    if (options_.terminal && options_.input && is_terminal(STDIN_FILENO))
        raw_.emplace(STDIN_FILENO);
}

Session::~Session() {
    const sigset_t set = session_signals(options_.on_signal != nullptr);
    ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

Session::End Session::run(http::Hijacked connection) {
    print(connection.early);
    ::fcntl(connection.fd.get(), F_SETFL, O_NONBLOCK);
    return loop(connection.fd.get(), -1);
}

Session::End Session::wait_readable(int fd) {
    input_open_ = false;
    return loop(-1, fd);
}

Session::End Session::loop(int socket, int awaited) {
    for (;;) {
        // While the container is slow to take its input we read no more of ours, and go on to
        // print its output: it may be waiting for that.
        const bool sending = !pending_.empty();
        std::array<pollfd, 4> entries{
            pollfd{signals_.get(), POLLIN, 0},
            pollfd{socket, static_cast<short>(sending ? POLLIN | POLLOUT : POLLIN), 0},
            pollfd{input_open_ && !sending ? STDIN_FILENO : -1, POLLIN, 0},
            pollfd{awaited, POLLIN, 0}};
        if (::poll(entries.data(), entries.size(), -1) < 0 && errno != EINTR)
            throw SystemError("wait for input or output");

        if (entries[0].revents != 0 && !take_signal()) return End::interrupted;
        if (entries[3].revents != 0) return End::output_over;
        if ((entries[1].revents & ~POLLOUT) != 0 && !read_output(socket)) return End::output_over;
        if (entries[2].revents != 0) read_input();
        if (!send_pending(socket)) input_open_ = false;
        if (keys_.typed()) return End::detached;
    }
}

void Session::read_input() {
    std::array<char, 16384> buffer{};
    const ssize_t n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (n <= 0) {
        input_open_ = false;
        input_closing_ = true;
        return;
    }
    const std::string_view typed{buffer.data(), static_cast<std::size_t>(n)};
    pending_ += raw_ ? keys_.pass(typed) : std::string{typed};
}

/// @return false when the container takes no more input
bool Session::send_pending(int socket) {
    if (socket < 0) return true;
    while (!pending_.empty()) {
        const ssize_t n = ::send(socket, pending_.data(), pending_.size(), MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return true;
        if (n < 0) {
            pending_.clear();
            return false;
        }
        pending_.erase(0, static_cast<std::size_t>(n));
    }
    // The end of our input becomes the end of the container's, while its output still comes.
    if (std::exchange(input_closing_, false)) ::shutdown(socket, SHUT_WR);
    return true;
}

/// @return false at the end of the output
bool Session::read_output(int socket) {
    std::array<char, 32768> buffer{};
    const ssize_t n = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return true;
    if (n <= 0) return false;
    print({buffer.data(), static_cast<std::size_t>(n)});
    return true;
}

void Session::print(std::string_view bytes) {
    if (options_.terminal)
        write_to(STDOUT_FILENO, bytes);
    else
        frames_.feed(bytes);
}

/// @return false when the user has had enough
bool Session::take_signal() {
    signalfd_siginfo info{};
    if (::read(signals_.get(), &info, sizeof info) != sizeof info) return true;
    const int signal = static_cast<int>(info.ssi_signo);
    if (signal == SIGWINCH) {
        if (options_.on_resize) options_.on_resize(size_of_terminal(STDIN_FILENO));
        return true;
    }
    const bool interrupt = signal == SIGINT || signal == SIGTERM;
    if (interrupt && ++interrupts_ == most_interrupts) return false;
    options_.on_signal(signal);
    return true;
}

}  // namespace minidock::client
