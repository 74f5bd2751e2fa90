#include "minidock/base/unix_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>

#include "minidock/base/error.hpp"

namespace minidock {
namespace {

constexpr std::size_t max_descriptors = 8;

/// The address of a path. A path longer than sun_path's 107 bytes is reached through an open
/// descriptor of its folder.
class Address {
  public:
    explicit Address(const std::string& path) {
        address_.sun_family = AF_UNIX;
        std::string name = path;
        if (name.size() >= sizeof address_.sun_path) {
            const std::filesystem::path whole{path};
            folder_ = open_file(whole.parent_path(), O_PATH | O_DIRECTORY);
            name = fd_path(folder_.get()) + "/" + whole.filename().string();
        }
        if (name.size() >= sizeof address_.sun_path) {
            throw SystemError("use the socket " + path, ENAMETOOLONG);
        }
        std::memcpy(address_.sun_path, name.c_str(), name.size() + 1);
    }
    [[nodiscard]] const sockaddr* get() const {
        return reinterpret_cast<const sockaddr*>(&address_);
    }
    [[nodiscard]] static socklen_t size() { return sizeof(sockaddr_un); }

  private:
    sockaddr_un address_{};
    Fd folder_;
};

Fd new_socket(int type) {
    Fd socket{::socket(AF_UNIX, type | SOCK_CLOEXEC, 0)};
    if (!socket) throw SystemError("make a socket");
    return socket;
}

}  // namespace

Fd listen_unix(const std::string& path, mode_t mode, int type) {
    Fd socket = new_socket(type);
    const Address address{path};
    if (::bind(socket.get(), address.get(), Address::size()) < 0) {
        throw SystemError("make the socket " + path);
    }
    if (::chmod(path.c_str(), mode) < 0) throw SystemError("set the mode of " + path);
    if (::listen(socket.get(), SOMAXCONN) < 0) throw SystemError("listen at " + path);
    return socket;
}

Fd connect_unix(const std::string& path, int type) {
    Fd socket = new_socket(type);
    const Address address{path};
    if (::connect(socket.get(), address.get(), Address::size()) < 0) {
        throw SystemError("connect to " + path);
    }
    return socket;
}

Fd accept_connection(int listener) {
    for (;;) {
        Fd connection{::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)};
        if (connection) return connection;
        if (errno != EINTR && errno != ECONNABORTED) throw SystemError("accept a connection");
    }
}

std::pair<Fd, Fd> socket_pair(int type) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends.data()) < 0) {
        throw SystemError("make a pair of sockets");
    }
    return {Fd{ends[0]}, Fd{ends[1]}};
}

void send_message(int socket, std::string_view bytes, const std::vector<int>& descriptors) {
    if (descriptors.size() > max_descriptors) throw SystemError("send descriptors", E2BIG);
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * max_descriptors)> control{};
    iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    if (!descriptors.empty()) {
        const std::size_t size = sizeof(int) * descriptors.size();
        header.msg_control = control.data();
        header.msg_controllen = CMSG_SPACE(size);
        cmsghdr* const rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(size);
        std::memcpy(CMSG_DATA(rights), descriptors.data(), size);
    }
    ssize_t sent = 0;
    do {
        sent = ::sendmsg(socket, &header, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) throw SystemError("send a message");
    if (static_cast<std::size_t>(sent) != bytes.size())
        throw SystemError("send a message", EMSGSIZE);
}

std::optional<Message> receive_message(int socket, std::size_t most) {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * max_descriptors)> control{};
    Message message;
    message.bytes.resize(most);
    iovec part{message.bytes.data(), message.bytes.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    ssize_t received = 0;
    do {
        received = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
    } while (received < 0 && errno == EINTR);
    if (received < 0) throw SystemError("receive a message");
    message.bytes.resize(static_cast<std::size_t>(received));

    for (cmsghdr* part_of = CMSG_FIRSTHDR(&header); part_of != nullptr;
         part_of = CMSG_NXTHDR(&header, part_of)) {
        if (part_of->cmsg_level != SOL_SOCKET || part_of->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t count = (part_of->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        std::array<int, max_descriptors> fds{};
        std::memcpy(fds.data(), CMSG_DATA(part_of), count * sizeof(int));
        for (std::size_t i = 0; i < count; ++i)
            message.descriptors.emplace_back(fds[i]);
    }
    if (received == 0 && message.descriptors.empty()) return std::nullopt;
    return message;
}

}  // namespace minidock
