// Domain name messages over TCP: two bytes of length, then the message (RFC 1035 section 4.2.2).
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>

#include "minidock/base/fd.hpp"
#include "minidock/networks/address.hpp"

namespace minidock::networks {

inline constexpr std::uint16_t dns_port = 53;

/// An address and a port as the socket calls take them.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;
    [[nodiscard]] const sockaddr* get() const {
        return reinterpret_cast<const sockaddr*>(&storage);
    }
};
SocketAddress socket_address(const IpAddress& address, std::uint16_t port);

/// Reads and writes fail after a few seconds.
void set_patience(const Fd& socket);
/// @return nothing at the end of the stream, or after the time
std::optional<std::string> read_message(const Fd& socket);
bool write_message(const Fd& socket, const std::string& message);
/// Asks a server by TCP. @return nothing when it does not answer
std::optional<std::string> ask_by_stream(const IpAddress& server, const std::string& query);

}  // namespace minidock::networks
