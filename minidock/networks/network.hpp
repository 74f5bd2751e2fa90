// What a network is: its driver, its subnets, its options. Decided when it is made, never changed,
// and kept as the document that the API shows (Docker Engine API v1.47, Network).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "minidock/base/json.hpp"
#include "minidock/base/timestamp.hpp"
#include "minidock/networks/address.hpp"

namespace minidock::networks {

/// One subnet of a network.
struct IpamConfig {
    Subnet subnet;
    Subnet ip_range;    ///< where containers' addresses are chosen from; empty: all of it
    IpAddress gateway;  ///< the bridge's own address; empty for internal macvlan and ipvlan
    std::map<std::string, IpAddress> aux;  ///< addresses of others, not to be given out
};

struct Network {
    std::string id;
    std::string name;
    std::string driver;  ///< bridge, host, null, macvlan, ipvlan
    Timestamp created{};
    bool internal = false;
    bool attachable = false;
    bool ipv6 = false;
    std::vector<IpamConfig> ipam;
    std::map<std::string, std::string> options;
    std::map<std::string, std::string> labels;

    /// bridge, host and none: they cannot be made or removed.
    [[nodiscard]] bool is_predefined() const;
    /// Containers find one another by name in all but the predefined ones.
    [[nodiscard]] bool has_name_service() const { return !is_predefined(); }
    [[nodiscard]] std::string option(const std::string& name, const std::string& otherwise) const;
    [[nodiscard]] bool flag(const std::string& name, bool otherwise) const;
    /// The bridge's device: "minidock0", "br-0123456789ab".
    [[nodiscard]] std::string bridge() const;
    /// The device of the host that a macvlan or ipvlan network is on.
    [[nodiscard]] std::string parent() const { return option("parent", ""); }
    [[nodiscard]] int mtu() const;  ///< 0: the kernel's
    [[nodiscard]] const IpamConfig* config(bool v6) const;
};

/// As the API shows it, without its containers.
Json to_json(const Network& network);
/// @throws BadParameter
Network parse_network(const Json& document);

}  // namespace minidock::networks
