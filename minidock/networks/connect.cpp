// Joining and leaving a network: a container that runs gets or loses a device at once, another one
// at its next start.
#include <fmt/format.h>

#include <algorithm>

#include "minidock/base/error.hpp"
#include "minidock/http/response.hpp"
#include "minidock/networks/connections.hpp"

namespace minidock::networks {

using containers::Container;

namespace {

void refuse_foreign_network(const Container& container) {
    const std::string& mode = container.definition().host_config.network_mode;
    if (mode.starts_with("container:"))
        throw http::StatusError(403,
                                "container sharing network namespace with another container "
                                "or host cannot be connected to any other network");
    if (mode == "host")
        throw http::StatusError(403,
                                "container cannot be connected to or disconnected from a "
                                "network: it uses the host's");
    if (mode == "none")
        throw http::StatusError(403,
                                "container cannot be connected to multiple networks with one "
                                "of the networks in private (none) mode");
}

}  // namespace

void Connections::connect(const Container& container, const NetworkPtr& network,
                          EndpointWish wish) {
    refuse_foreign_network(container);
    if (network->driver == "host" || network->driver == "null")
        throw http::StatusError(
            403, fmt::format("cannot connect a container to the network {}", network->name));
    const ConnectionPtr connection = of(container.id());
    if (!connection) throw NotFound("No such container: " + container.id());
    const std::lock_guard lock{connection->mutex};
    auto& endpoints = connection->endpoints;
    if (std::any_of(endpoints.begin(), endpoints.end(),
                    [&](const Endpoint& e) { return e.network_id == network->id; })) {
        throw http::StatusError(
            403, fmt::format("endpoint with name {} already exists in network {}", container.name(),
                             network->name));
    }
    endpoints.push_back({network->id, std::move(wish), std::nullopt});
    if (connection->sandbox) {
        try {
            plug(container, *connection, endpoints.back());
            set_routes(*connection);
            serve_names(container, *connection);
        } catch (...) {
            drop(container, *connection, endpoints.back());
            endpoints.pop_back();
            throw;
        }
        write_etc_files(container, *connection);
    }
    write(container, *connection);
}

void Connections::disconnect(const Container& container, const NetworkPtr& network) {
    refuse_foreign_network(container);
    const ConnectionPtr connection = of(container.id());
    if (!connection) throw NotFound("No such container: " + container.id());
    const std::lock_guard lock{connection->mutex};
    auto& endpoints = connection->endpoints;
    const auto endpoint = std::find_if(endpoints.begin(), endpoints.end(), [&](const Endpoint& e) {
        return e.network_id == network->id;
    });
    if (endpoint == endpoints.end())
        throw http::StatusError(403, fmt::format("container {} is not connected to network {}",
                                                 container.id(), network->name));
    drop(container, *connection, *endpoint);
    endpoints.erase(endpoint);
    if (connection->sandbox) {
        set_routes(*connection);
        write_etc_files(container, *connection);
    }
    write(container, *connection);
}

/// What an endpoint of a running container has goes: its device, its addresses, the ports that lead
/// there.
void Connections::drop(const Container& container, Connection& connection, Endpoint& endpoint) {
    if (!endpoint.lease) return;
    const Lease lease = *endpoint.lease;
    forget_names(container, endpoint);
    if (connection.sandbox) unplug(*connection.sandbox, lease);
    std::vector<PublishedPort> gone;
    std::copy_if(connection.published.begin(), connection.published.end(), std::back_inserter(gone),
                 [&](const PublishedPort& port) {
                     return port.address == lease.ipv4 || port.address == lease.ipv6;
                 });
    firewall_.unpublish(gone);
    std::erase_if(connection.published, [&](const PublishedPort& port) {
        return port.address == lease.ipv4 || port.address == lease.ipv6;
    });
    if (const NetworkPtr network = store_.find(endpoint.network_id)) release(*network, lease);
    endpoint.lease.reset();
}

}  // namespace minidock::networks
