#include "minidock/networks/name_stream.hpp"

#include <netinet/in.h>
#include <unistd.h>

#include <cstring>

namespace minidock::networks {

SocketAddress socket_address(const IpAddress& address, std::uint16_t port) {
    SocketAddress result;
    if (address.is_v6()) {
        auto* const v6 = reinterpret_cast<sockaddr_in6*>(&result.storage);
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        std::memcpy(&v6->sin6_addr, address.data(), address.size());
        result.size = sizeof *v6;
    } else {
        auto* const v4 = reinterpret_cast<sockaddr_in*>(&result.storage);
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        std::memcpy(&v4->sin_addr, address.data(), address.size());
        result.size = sizeof *v4;
    }
    return result;
}

void set_patience(const Fd& socket) {
    const timeval limit{.tv_sec = 4, .tv_usec = 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

namespace {

bool read_exactly(const Fd& socket, char* into, std::size_t size) {
    while (size > 0) {
        const ssize_t n = ::recv(socket.get(), into, size, 0);
        if (n <= 0) return false;
        into += n;
        size -= static_cast<std::size_t>(n);
    }
    return true;
}

}  // namespace

std::optional<std::string> read_message(const Fd& socket) {
    unsigned char length[2];
    if (!read_exactly(socket, reinterpret_cast<char*>(length), sizeof length)) return std::nullopt;
    std::string message(static_cast<std::size_t>(length[0] << 8 | length[1]), '\0');
    if (!read_exactly(socket, message.data(), message.size())) return std::nullopt;
    return message;
}

bool write_message(const Fd& socket, const std::string& message) {
    std::string bytes{static_cast<char>(message.size() >> 8), static_cast<char>(message.size())};
    bytes += message;
    return ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
}

std::optional<std::string> ask_by_stream(const IpAddress& server, const std::string& query) {
    const Fd socket{::socket(server.family(), SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (!socket) return std::nullopt;
    set_patience(socket);
    const SocketAddress address = socket_address(server, dns_port);
    if (::connect(socket.get(), address.get(), address.size) < 0) return std::nullopt;
    if (!write_message(socket, query)) return std::nullopt;
    return read_message(socket);
}

}  // namespace minidock::networks
