// A container's place in a network: what its user wishes, and while it runs, what it got. Kept with
// the container (networks.json in its folder), so that what a container had goes away with it, and
// no address can leak.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "minidock/base/json.hpp"
#include "minidock/networks/address.hpp"
#include "minidock/networks/network.hpp"

namespace minidock::networks {

/// EndpointSettings of the API, as far as the user sets them.
struct EndpointWish {
    std::vector<std::string> aliases;
    std::vector<std::string> links;  ///< "container:alias"
    std::string ipv4;
    std::string ipv6;
    std::string mac;
    std::map<std::string, std::string> driver_options;
    std::int64_t gateway_priority = 0;
};
/// @throws BadParameter
EndpointWish parse_wish(const Json& settings);

/// What the container has while it runs.
struct Lease {
    std::string id;  ///< of the endpoint
    IpAddress ipv4;
    IpAddress ipv6;
    std::string mac;
    std::string host_device;       ///< "veth0123456"; none for macvlan and ipvlan
    std::string container_device;  ///< "eth0"
};

struct Endpoint {
    std::string network_id;
    EndpointWish wish;
    std::optional<Lease> lease;
};

Json to_json(const Endpoint& endpoint);
Endpoint parse_endpoint(const Json& document);

/// As inspect shows it.
/// @param names  by which others find the container
Json describe(const Endpoint& endpoint, const Network& network,
              const std::vector<std::string>& names);

}  // namespace minidock::networks
