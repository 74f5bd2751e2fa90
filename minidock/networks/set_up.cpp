// Setting up the network of a container that starts, and taking down that of one that has ended.
#include <fmt/format.h>

#include <algorithm>

#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/log.hpp"
#include "minidock/http/response.hpp"
#include "minidock/networks/connections.hpp"
#include "minidock/networks/etc_files.hpp"
#include "minidock/networks/link.hpp"

namespace minidock::networks {

using containers::Container;

namespace {

/// The lowest "ethN" that is free.
std::string next_device(const Connection& connection) {
    for (unsigned n = 0;; ++n) {
        std::string name = "eth" + std::to_string(n);
        const bool taken = std::any_of(
            connection.endpoints.begin(), connection.endpoints.end(),
            [&](const Endpoint& e) { return e.lease && e.lease->container_device == name; });
        if (!taken) return name;
    }
}

void name_namespace(Json& spec, const std::string& path) {
    for (Json& one : spec["linux"]["namespaces"]) {
        if (one["type"] == "network") one["path"] = path;
    }
}

}  // namespace

Lease Connections::make_lease(const Network& network, const EndpointWish& wish,
                              const Connection& connection) {
    Lease lease{.id = random_id(), .container_device = next_device(connection)};
    if (network.driver == "bridge") lease.host_device = "veth" + lease.id.substr(0, 7);
    lease.ipv4 = store_.take_address(network, false, address_or_none(wish.ipv4));
    try {
        if (network.ipv6)
            lease.ipv6 = store_.take_address(network, true, address_or_none(wish.ipv6));
    } catch (...) {
        store_.release_address(network, lease.ipv4);
        throw;
    }
    lease.mac = wish.mac.empty() ? mac_for(lease.ipv4) : wish.mac;
    return lease;
}

void Connections::release(const Network& network, const Lease& lease) {
    store_.release_address(network, lease.ipv4);
    store_.release_address(network, lease.ipv6);
}

void Connections::plug(const Container& container, Connection& connection, Endpoint& endpoint) {
    const NetworkPtr network = store_.find(endpoint.network_id);
    if (!network) throw NotFound("network " + endpoint.network_id + " not found");
    endpoint.lease = make_lease(*network, endpoint.wish, connection);
    plug_in(*connection.sandbox, *network, *endpoint.lease);
    note_names(container, endpoint);
}

void Connections::set_routes(Connection& connection) {
    std::vector<NetworkPtr> kept;
    std::vector<Attached> attached;
    for (const Endpoint& endpoint : connection.endpoints) {
        kept.push_back(store_.find(endpoint.network_id));
        if (kept.back()) attached.push_back({kept.back().get(), &endpoint});
    }
    set_default_routes(*connection.sandbox, attached);
}

// [set-up]
void Connections::set_up(const Container& container, Json& spec) {
    const ConnectionPtr connection = of(container.id());
    if (!connection) return;
    std::vector<HostsEntry> linked = linked_hosts(container);  // looks at others: not locked
    const std::lock_guard lock{connection->mutex};
    connection->linked = std::move(linked);
    connection->sandbox.emplace(Sandbox::make());
    for (Endpoint& endpoint : connection->endpoints)
        plug(container, *connection, endpoint);
    set_routes(*connection);
    publish(container, *connection);
    serve_names(container, *connection);
    write_etc_files(container, *connection);
    write(container, *connection);
    name_namespace(spec, connection->sandbox->path());
}
// [/set-up]

void Connections::tear_down(const Container& container) {
    const ConnectionPtr connection = of(container.id());
    if (!connection) return;
    const std::lock_guard lock{connection->mutex};
    let_go(container, *connection);
}

void Connections::let_go(const Container& container, Connection& connection) {
    const bool had_something = !connection.published.empty() ||
                               std::any_of(connection.endpoints.begin(), connection.endpoints.end(),
                                           [](const Endpoint& e) { return e.lease.has_value(); });
    name_server_.stop(container.id());
    connection.sandbox.reset();
    if (!had_something) return;
    try {
        firewall_.unpublish(connection.published);
    } catch (const std::exception& error) {
        log::warning("ports of container {}: {}", short_id(container.id()), error.what());
    }
    ports_.release(container.id());
    connection.published.clear();
    for (Endpoint& endpoint : connection.endpoints) {
        if (!endpoint.lease) continue;
        forget_names(container, endpoint);
        remove_device(*endpoint.lease);
        if (const NetworkPtr network = store_.find(endpoint.network_id))
            release(*network, *endpoint.lease);
        endpoint.lease.reset();
    }
    write(container, connection);
}

void Connections::write_etc_files(const Container& container, const Connection& connection) const {
    const containers::Config& config = container.definition().config;
    const containers::HostConfig& host = container.definition().host_config;
    std::vector<HostsEntry> own;
    IpAddress gateway;
    bool embedded = false;
    for (const Endpoint& endpoint : connection.endpoints) {
        const NetworkPtr network = store_.find(endpoint.network_id);
        if (!network || !endpoint.lease) continue;
        embedded = embedded || network->has_name_service();
        if (gateway.empty() && network->driver == "bridge")
            gateway = network->config(false)->gateway;
        std::string names = config.hostname;
        if (!config.domainname.empty())
            names = config.hostname + "." + config.domainname + " " + names;
        for (const IpAddress& address : {endpoint.lease->ipv4, endpoint.lease->ipv6}) {
            if (!address.empty()) own.push_back({address, names});
        }
    }
    own.insert(own.end(), connection.linked.begin(), connection.linked.end());
    const std::string folder = container.folder() + "/etc";
    write_in_place(folder + "/hosts", hosts_text(own, host.extra_hosts, gateway));
    write_in_place(folder + "/resolv.conf", resolv_conf_text(host, embedded));
}

}  // namespace minidock::networks
