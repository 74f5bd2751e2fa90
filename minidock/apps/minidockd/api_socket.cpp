#include "minidock/apps/minidockd/api_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "minidock/base/error.hpp"
#include "minidock/http/listener.hpp"

namespace minidock::apps {
namespace {

constexpr int first_of_systemd = 3;  // SD_LISTEN_FDS_START

/// An environment variable, which the programs that the daemon starts do not get.
std::string take_variable(const char* name) {
    const char* const value = std::getenv(name);
    std::string text = value == nullptr ? "" : value;
    ::unsetenv(name);
    return text;
}

/// The path of a Unix socket that listens; nothing when the descriptor is another thing.
std::optional<std::string> path_of_listener(const Fd& fd) {
    int listens = 0;
    socklen_t size = sizeof listens;
    if (::getsockopt(fd.get(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) < 0 || listens == 0)
        return std::nullopt;
    sockaddr_un address{};
    size = sizeof address;
    if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) < 0 ||
        address.sun_family != AF_UNIX)
        return std::nullopt;
    return address.sun_path;
}

ApiSocket take_from_systemd() {
    const std::string pid = take_variable("LISTEN_PID");
    const std::string count = take_variable("LISTEN_FDS");
    take_variable("LISTEN_FDNAMES");
    if (pid != std::to_string(::getpid()))
        throw BadParameter("host fd://: systemd has opened no socket for this process");
    if (count != "1") {
        throw BadParameter("host fd://: systemd has opened " + count +
                           " sockets; want one, at the ListenStream= of the unit");
    }
    Fd listener = duplicate(Fd{first_of_systemd});  // which programs started later do not inherit
    const auto path = path_of_listener(listener);
    if (!path)
        throw BadParameter("host fd://: what systemd has opened is no Unix socket that listens");
    return {.listener = std::move(listener), .path = *path, .own = false};
}

}  // namespace

ApiSocket open_api_socket(const DaemonOptions& options) {
    const std::string path = options.socket();
    if (path == "fd://") return take_from_systemd();
    return {.listener = http::listen_for_clients(path, options.group), .path = path, .own = true};
}

}  // namespace minidock::apps
