// Sockets between processes of one machine, which can hand over open descriptors. See unix(7).
#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "minidock/base/fd.hpp"

namespace minidock {

/// A socket that listens at `path`. The path must not exist yet.
/// @param type SOCK_STREAM, or SOCK_SEQPACKET for whole messages
/// @throws SystemError naming the path
Fd listen_unix(const std::string& path, mode_t mode = 0600, int type = SOCK_STREAM);

/// A socket connected to the one who listens at `path`.
/// @throws SystemError naming the path: ENOENT no socket, ECONNREFUSED nobody listens
Fd connect_unix(const std::string& path, int type = SOCK_STREAM);

/// The next connection of a listening socket.
Fd accept_connection(int listener);

/// Two connected sockets; what is written to one is read from the other.
/// @param type SOCK_STREAM, or SOCK_SEQPACKET for whole messages
std::pair<Fd, Fd> socket_pair(int type);

/// What came over a socket: bytes, and the descriptors handed over with them.
struct Message {
    std::string bytes;
    std::vector<Fd> descriptors;
};

/// Sends bytes and hands over descriptors with them (SCM_RIGHTS).
void send_message(int socket, std::string_view bytes, const std::vector<int>& descriptors = {});

/// Receives what there is, with up to 8 descriptors, which arrive close-on-exec.
/// @param most how many bytes at the most
/// @return nothing when the other side has closed
std::optional<Message> receive_message(int socket, std::size_t most = 4096);

}  // namespace minidock
