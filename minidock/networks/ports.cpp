#include "minidock/networks/ports.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>

#include "minidock/base/error.hpp"
#include "minidock/networks/name_stream.hpp"

namespace minidock::networks {
namespace {

std::uint16_t parse_number(std::string_view text, const std::string& whole) {
    std::uint16_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty())
        throw BadParameter("invalid port specification: \"" + whole + "\"");
    return value;
}

bool contains(const std::vector<PortWish>& wishes, std::uint16_t port,
              const std::string& protocol) {
    return std::any_of(wishes.begin(), wishes.end(), [&](const PortWish& wish) {
        return wish.port == port && wish.protocol == protocol;
    });
}

}  // namespace

std::pair<std::uint16_t, std::string> parse_port(const std::string& text) {
    const std::size_t slash = text.find('/');
    std::string protocol = slash == std::string::npos ? "tcp" : text.substr(slash + 1);
    if (protocol != "tcp" && protocol != "udp" && protocol != "sctp")
        throw BadParameter("invalid proto: " + protocol + " in port \"" + text + "\"");
    return {parse_number(std::string_view{text}.substr(0, slash), text), std::move(protocol)};
}

std::pair<std::uint16_t, std::uint16_t> parse_range(const std::string& text) {
    if (text.empty()) return {0, 0};
    const std::string_view view{text};
    const std::size_t dash = text.find('-');
    const std::uint16_t first = parse_number(view.substr(0, dash), text);
    if (dash == std::string::npos) return {first, first};
    const std::uint16_t last = parse_number(view.substr(dash + 1), text);
    if (last < first) throw BadParameter("invalid port range: \"" + text + "\"");
    return {first, last};
}

std::vector<PortWish> port_wishes(const Json& bindings, const Json& exposed, bool publish_all) {
    std::vector<PortWish> wishes;
    if (bindings.is_object()) {
        for (const auto& [key, list] : JsonReader{bindings}.members()) {
            const auto [port, protocol] = parse_port(key);
            if (list.json().is_null()) continue;
            if (list.json().empty()) wishes.push_back({port, protocol, "", 0, 0});
            for (const JsonReader& binding : list.elements()) {
                const std::string address = binding.string_or("HostIp", "");
                if (!address.empty()) (void)IpAddress::parse(address);
                const auto [first, last] = parse_range(binding.string_or("HostPort", ""));
                wishes.push_back({port, protocol, address, first, last});
            }
        }
    }
    if (publish_all && exposed.is_object()) {
        for (const auto& [key, nothing] : exposed.items()) {
            const auto [port, protocol] = parse_port(key);
            if (!contains(wishes, port, protocol)) wishes.push_back({port, protocol, "", 0, 0});
        }
    }
    return wishes;
}

namespace {

std::uint16_t port_of(const Fd& socket) {
    SocketAddress own;
    own.size = sizeof own.storage;
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&own.storage), &own.size);
    return ntohs(reinterpret_cast<sockaddr_in*>(&own.storage)->sin_port);  // the same place in v6
}

Fd open_socket(const std::string& protocol, unsigned char family) {
    const int type = protocol == "udp" ? SOCK_DGRAM : SOCK_STREAM;
    return Fd{::socket(family, type | SOCK_CLOEXEC, protocol == "sctp" ? IPPROTO_SCTP : 0)};
}

}  // namespace

/// @param port  0: the kernel chooses, and it is told here
/// @return none when the port is taken
Fd Ports::try_take(const std::string& protocol, const IpAddress& address, std::uint16_t& port) {
    Fd socket = open_socket(protocol, address.family());
    // A kernel without SCTP has nobody who could take the port from us.
    if (!socket && protocol == "sctp" && port != 0) return open_file("/dev/null", 0);
    if (!socket) throw SystemError("make a socket for " + protocol);
    const int on = 1;
    if (address.is_v6()) ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (protocol == "tcp") ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const SocketAddress wanted = socket_address(address, port);
    if (::bind(socket.get(), wanted.get(), wanted.size) < 0 ||
        (protocol != "udp" && ::listen(socket.get(), 1) < 0)) {
        if (errno == EADDRINUSE) return Fd{};
        throw SystemError(fmt::format("take the port {} of {}", port, address.str()));
    }
    port = port_of(socket);
    return socket;
}

std::string Ports::owner_of(const std::string& protocol, const IpAddress& address,
                            std::uint16_t port) const {
    for (const auto& [key, holder] : holders_) {
        const auto& [its_protocol, its_address, its_port] = key;
        const bool meets = its_address == address || its_address.is_any() || address.is_any();
        if (its_protocol == protocol && its_port == port && meets &&
            its_address.family() == address.family())
            return "container " + holder.name;
    }
    return fmt::format("another program; `ss -lnp sport = :{}` shows which", port);
}

std::uint16_t Ports::take(const PortWish& wish, const IpAddress& host_address,
                          const std::string& owner, const std::string& owner_name) {
    const std::lock_guard lock{mutex_};
    for (unsigned candidate = wish.first; candidate <= wish.last; ++candidate) {
        auto port = static_cast<std::uint16_t>(candidate);
        Fd socket = try_take(wish.protocol, host_address, port);
        if (!socket) continue;
        holders_[{wish.protocol, host_address, port}] = {owner, owner_name, std::move(socket)};
        return port;
    }
    const std::string shown =
        host_address.is_v6() ? "[" + host_address.str() + "]" : host_address.str();
    if (wish.first != wish.last)
        throw Conflict(fmt::format("Bind for {}:{}-{} failed: all ports are allocated", shown,
                                   wish.first, wish.last));
    throw Conflict(fmt::format("Bind for {}:{} failed: port is already allocated by {}", shown,
                               wish.first, owner_of(wish.protocol, host_address, wish.first)));
}

void Ports::release(const std::string& owner) {
    const std::lock_guard lock{mutex_};
    std::erase_if(holders_, [&](const auto& entry) { return entry.second.owner == owner; });
}

}  // namespace minidock::networks
