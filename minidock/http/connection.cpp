#include "minidock/http/connection.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <vector>

#include "minidock/base/error.hpp"

namespace minidock::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How much is read at once: bodies are large or very small.
constexpr std::size_t read_size = 16 * 1024;

int remaining(std::optional<steady_clock::time_point> deadline) {
    if (!deadline) return -1;
    const auto left = std::chrono::ceil<milliseconds>(*deadline - steady_clock::now()).count();
    return left > 0 ? static_cast<int>(left) : 0;
}

/// poll(2) that a signal does not end early.
int poll_until(pollfd* entries, nfds_t count, std::optional<milliseconds> timeout) {
    std::optional<steady_clock::time_point> deadline;
    if (timeout) deadline = steady_clock::now() + *timeout;
    for (;;) {
        const int n = ::poll(entries, count, remaining(deadline));
        if (n >= 0) return n;
        if (errno != EINTR) throw SystemError("wait for a connection");
    }
}

}  // namespace

Wake wait_for(int fd, int socket, int stop_fd, std::optional<milliseconds> timeout) {
    std::array<pollfd, 3> entries{pollfd{.fd = fd, .events = POLLIN, .revents = 0},
                                  pollfd{.fd = socket, .events = 0, .revents = 0},
                                  pollfd{.fd = stop_fd, .events = POLLIN, .revents = 0}};
    if (poll_until(entries.data(), entries.size(), timeout) == 0) return Wake::timeout;
    if (entries[0].revents != 0) return Wake::ready;
    return entries[1].revents != 0 ? Wake::client_gone : Wake::stopping;
}

Wake Connection::read_more(milliseconds timeout) {
    const Wake wake = wait_for(socket_.get(), -1, stops_.hard, timeout);
    if (wake != Wake::ready) return wake == Wake::timeout ? wake : Wake::client_gone;
    buffer_.erase(0, std::exchange(start_, 0));
    const std::size_t size = buffer_.size();
    buffer_.resize(size + read_size);
    ssize_t n = 0;
    do {
        n = ::recv(socket_.get(), buffer_.data() + size, read_size, 0);
    } while (n < 0 && errno == EINTR);
    buffer_.resize(size + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    return n > 0 ? Wake::ready : Wake::client_gone;
}

void Connection::consume(std::size_t bytes) noexcept {
    start_ += bytes;
}

void Connection::write(std::initializer_list<std::string_view> pieces,
                       std::optional<milliseconds> timeout) {
    std::vector<iovec> vectors;
    for (const std::string_view piece : pieces) {
        if (!piece.empty()) vectors.push_back({const_cast<char*>(piece.data()), piece.size()});
    }
    std::size_t next = 0;
    while (next < vectors.size()) {
        msghdr message{};
        message.msg_iov = vectors.data() + next;
        message.msg_iovlen = vectors.size() - next;
        ssize_t n = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN) {
            std::array<pollfd, 2> entries{
                pollfd{.fd = socket_.get(), .events = POLLOUT, .revents = 0},
                pollfd{.fd = stops_.hard, .events = POLLIN, .revents = 0}};
            const int ready = poll_until(entries.data(), entries.size(), timeout);
            if (ready == 0 || entries[1].revents != 0) throw ClientGone{};
            continue;
        }
        if (n < 0 && errno != EINTR) throw ClientGone{};
        for (; n > 0 && next < vectors.size(); ++next) {
            iovec& vector = vectors[next];
            const std::size_t step = std::min(vector.iov_len, static_cast<std::size_t>(n));
            vector.iov_base = static_cast<char*>(vector.iov_base) + step;
            vector.iov_len -= step;
            n -= static_cast<ssize_t>(step);
            if (vector.iov_len != 0) break;
        }
    }
}

void Connection::linger() noexcept {
    const auto end = steady_clock::now() + milliseconds{1000};
    ::shutdown(socket_.get(), SHUT_WR);
    try {
        for (;;) {
            consume(buffered().size());
            const auto left = std::chrono::ceil<milliseconds>(end - steady_clock::now());
            if (left.count() <= 0 || read_more(left) != Wake::ready) return;
        }
    } catch (const std::exception&) {
        return;  // it was a courtesy
    }
}

}  // namespace minidock::http
