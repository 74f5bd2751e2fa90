// Publishing the ports of a container that starts.
#include <fmt/format.h>

#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/log.hpp"
#include "minidock/networks/connections.hpp"

namespace minidock::networks {

using containers::Container;

namespace {

/// Where on the host a port is to be: each address with the container's of the same family.
std::vector<std::pair<IpAddress, IpAddress>> places_of(const PortWish& wish, const Network& network,
                                                       const Lease& lease) {
    std::vector<std::pair<IpAddress, IpAddress>> places;
    if (wish.host_address.empty()) {
        const std::string any =
            network.option("com.docker.network.bridge.host_binding_ipv4", "0.0.0.0");
        places.emplace_back(IpAddress::parse(any), lease.ipv4);
        if (!lease.ipv6.empty() && any == "0.0.0.0")
            places.emplace_back(IpAddress::parse("::"), lease.ipv6);
        return places;
    }
    const IpAddress address = IpAddress::parse(wish.host_address);
    const IpAddress& inside = address.is_v6() ? lease.ipv6 : lease.ipv4;
    if (inside.empty())
        throw BadParameter(
            fmt::format("cannot publish port {} on {}: network {} has no IPv6; make "
                        "one with: network create --ipv6",
                        wish.port, wish.host_address, network.name));
    places.emplace_back(address, inside);
    return places;
}

}  // namespace

// [publish]
void Connections::publish(const Container& container, Connection& connection) {
    const containers::Definition& definition = container.definition();
    const std::vector<PortWish> wishes =
        port_wishes(definition.host_config_document.value("PortBindings", Json::object()),
                    definition.config_document.value("ExposedPorts", Json::object()),
                    definition.host_config_document.value("PublishAllPorts", false));
    if (wishes.empty()) return;

    std::vector<NetworkPtr> kept;
    std::vector<Attached> attached;
    for (const Endpoint& endpoint : connection.endpoints) {
        kept.push_back(store_.find(endpoint.network_id));
        if (kept.back() && kept.back()->driver == "bridge")
            attached.push_back({kept.back().get(), &endpoint});
    }
    const Attached* leading = gateway_of(attached, false);
    if (leading == nullptr) {
        log::warning("container {} publishes nothing: it is on no bridge network that leads out",
                     short_id(container.id()));
        return;
    }
    for (const PortWish& wish : wishes) {
        PortWish same_port = wish;
        for (const auto& [outside, inside] :
             places_of(wish, *leading->network, *leading->endpoint->lease)) {
            const std::uint16_t port =
                ports_.take(same_port, outside, container.id(), container.name());
            same_port.first = same_port.last = port;  // the same for IPv6
            connection.published.push_back({wish.protocol, outside, port, inside, wish.port});
        }
    }
    firewall_.publish(connection.published);
}
// [/publish]

void Connections::hold_ports(const Container& container, const Connection& connection) {
    for (const PublishedPort& port : connection.published) {
        const PortWish wish{port.port, port.protocol, "", port.host_port, port.host_port};
        ports_.take(wish, port.host_address, container.id(), container.name());
    }
}

}  // namespace minidock::networks
