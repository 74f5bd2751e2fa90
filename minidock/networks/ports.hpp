// Published ports: which ports of the host lead to a container. The wishes come as Docker writes
// them, {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}; the packet filter does the leading.
//
// Every published port is held by a socket that listens and never gets a connection, because the
// packet filter takes them before: so nobody else can take the port, and we learn who has it.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/base/json.hpp"
#include "minidock/networks/address.hpp"
#include "minidock/networks/firewall.hpp"

namespace minidock::networks {

struct PortWish {
    std::uint16_t port = 0;  ///< the container's
    std::string protocol;
    std::string host_address;  ///< empty: any
    std::uint16_t first = 0;   ///< the host's: 0 to 0 any, else one of a range
    std::uint16_t last = 0;
};

/// "80/tcp" or "80". @throws BadParameter
std::pair<std::uint16_t, std::string> parse_port(const std::string& text);
/// "8080", "8000-8010" or "". @throws BadParameter
std::pair<std::uint16_t, std::uint16_t> parse_range(const std::string& text);

/// What PortBindings, and with `publish_all` what ExposedPorts ask for.
/// @throws BadParameter
std::vector<PortWish> port_wishes(const Json& bindings, const Json& exposed, bool publish_all);

/// Who has which port of the host.
class Ports {
  public:
    /// Takes a port.
    /// @param owner  the container's ID
    /// @throws Conflict naming who has it
    std::uint16_t take(const PortWish& wish, const IpAddress& host_address,
                       const std::string& owner, const std::string& owner_name);
    /// Gives all ports of a container back.
    void release(const std::string& owner);

  private:
    using Key = std::tuple<std::string, IpAddress, std::uint16_t>;
    struct Holder {
        std::string owner;
        std::string name;
        Fd socket;
    };
    Fd try_take(const std::string& protocol, const IpAddress& address, std::uint16_t& port);
    [[nodiscard]] std::string owner_of(const std::string& protocol, const IpAddress& address,
                                       std::uint16_t port) const;

    std::mutex mutex_;  // protects holders_
    std::map<Key, Holder> holders_;
};

}  // namespace minidock::networks
