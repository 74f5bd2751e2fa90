#include "minidock/shim/console_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "minidock/base/error.hpp"
#include "minidock/base/unix_socket.hpp"

namespace minidock::shim {

ConsoleSocket::ConsoleSocket(std::string path)
    : path_{std::move(path)}, listener_{listen_unix(path_)} {}

ConsoleSocket::~ConsoleSocket() {
    ::unlink(path_.c_str());
}

Fd ConsoleSocket::take_terminal() const {
    // The runtime has ended by now, so the connection is there or never will be.
    ::fcntl(listener_.get(), F_SETFL, O_NONBLOCK);
    const Fd connection{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    if (!connection) throw SystemError("receive the terminal from the runtime");
    std::optional<Message> message = receive_message(connection.get());
    if (!message || message->descriptors.empty()) {
        throw SystemError("receive the terminal from the runtime", ENOTTY);
    }
    return std::move(message->descriptors.front());
}

}  // namespace minidock::shim
