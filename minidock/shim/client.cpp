#include "minidock/shim/client.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace minidock::shim {
namespace {

bool try_again() {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

Client::Client(Fd socket, const Attach& wish, std::string early, bool framed)
    : socket_{std::move(socket)},
      wants_input_{wish.input},
      wants_output_{wish.output},
      wants_errors_{wish.errors},
      framed_{framed},
      early_{std::move(early)},
      detach_keys_{wish.detach_keys} {}

bool Client::wants(Stream stream) const noexcept {
    return stream == Stream::output ? wants_output_ : wants_errors_;
}

void Client::send(Stream stream, std::string_view bytes) {
    // lab 08.3: nothing goes to a client that is gone, has hung up, or did not ask for this stream.
    // For the others it is put behind what waits already, in a frame unless the stream is raw, and
    // as much as possible is sent at once.
    if (gone() || hung_up_ || !wants(stream)) return;
    if (framed_) {
        const std::array<char, 8> head = frame_head(stream, bytes.size());
        waiting_.append(head.data(), head.size());
    }
    waiting_ += bytes;
    flush();
    // end lab
}

void Client::flush() {
    std::size_t sent = 0;
    while (sent < waiting_.size()) {
        const ssize_t n = ::send(fd(), waiting_.data() + sent, waiting_.size() - sent,
                                 MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0) {
            if (!try_again()) hang_up();
            break;
        }
        sent += static_cast<std::size_t>(n);
    }
    if (!hung_up_) waiting_.erase(0, sent);
}

std::string Client::read_socket() {
    std::array<char, 4096> buffer;
    const ssize_t n = ::recv(fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n > 0) return {buffer.data(), static_cast<std::size_t>(n)};
    if (n == 0) {
        input_ended_ = true;
    } else if (!try_again()) {
        drop();
    }
    return {};
}

std::string Client::receive() {
    const std::string input = early_.empty() ? read_socket() : std::exchange(early_, {});
    DetachKeys::Result result = detach_keys_.filter(input);
    if (result.detached) drop();
    return std::move(result.pass_on);
}

void Client::hang_up() {
    hung_up_ = true;
    waiting_.clear();
    if (!has_input()) drop();
}

void Client::finish() {
    ::shutdown(fd(), SHUT_WR);
    finished_ = true;
}

void Client::discard_input() {
    read_socket();
    if (input_ended_) drop();
}

}  // namespace minidock::shim
