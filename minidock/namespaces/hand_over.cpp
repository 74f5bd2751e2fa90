#include "minidock/namespaces/hand_over.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

#include "minidock/base/error.hpp"
#include "minidock/base/unix_socket.hpp"

namespace minidock::namespaces {
namespace {

// A message is one of these letters; after `failed` come a byte of exit code and the reason.
// The sockets keep messages whole (SOCK_SEQPACKET).
constexpr char reached_word = 'r';
constexpr char go_on_word = 'g';
constexpr char failed_word = 'f';

}  // namespace

HandOver HandOver::make() {
    auto [parent, child] = socket_pair(SOCK_SEQPACKET);
    return {ParentSide{std::move(parent)}, ChildSide{std::move(child)}};
}

void ChildSide::reached() {
    send_message(socket_.get(), {&reached_word, 1});
    const std::optional<Message> answer = receive_message(socket_.get());
    // Nobody is left to wait for this process, so nobody would ever end it.
    if (!answer || answer->bytes != std::string_view{&go_on_word, 1}) ::_exit(1);
}

void ChildSide::fail(const std::string& reason, int exit_code) noexcept {
    const std::string message = std::string{failed_word, static_cast<char>(exit_code)} + reason;
    // If the parent has gone, there is nobody to tell.
    [[maybe_unused]] const ssize_t n =
        ::send(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL);
    ::_exit(exit_code);
}

bool ParentSide::wait_for_word() {
    const std::optional<Message> message = receive_message(socket_.get());
    if (!message) return false;
    if (message->bytes.size() >= 2 && message->bytes[0] == failed_word) {
        throw StartError(message->bytes.substr(2), static_cast<unsigned char>(message->bytes[1]));
    }
    return true;
}

void ParentSide::wait_for_child() {
    if (!wait_for_word()) {
        throw StartError("the process ended before its program was started");
    }
}

void ParentSide::let_go_on() {
    send_message(socket_.get(), {&go_on_word, 1});
}

void ParentSide::wait_for_exec() {
    while (wait_for_word()) {
    }
}

}  // namespace minidock::namespaces
