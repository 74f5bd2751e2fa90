// Which containers are in which networks: planned when a container is created, set up when it
// starts, taken down when it ends, changed by connect and disconnect in between.
//
// Every function may be called from any thread. Setting up and taking down one container waits for
// no other.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "minidock/containers/containers.hpp"
#include "minidock/networks/endpoint.hpp"
#include "minidock/networks/etc_files.hpp"
#include "minidock/networks/firewall.hpp"
#include "minidock/networks/name_server.hpp"
#include "minidock/networks/name_table.hpp"
#include "minidock/networks/plug.hpp"
#include "minidock/networks/ports.hpp"
#include "minidock/networks/sandbox.hpp"
#include "minidock/networks/store.hpp"

namespace minidock::networks {

/// One container's. In the order of `endpoints` its devices are eth0, eth1, …
struct Connection {
    std::mutex mutex;  // protects all of the following, and is held while it is set up
    std::vector<Endpoint> endpoints;
    std::vector<PublishedPort> published;  ///< while it runs
    std::optional<Sandbox> sandbox;        ///< the same
    std::vector<HostsEntry> linked;        ///< whom it was linked to when it started (--link)
};
using ConnectionPtr = std::shared_ptr<Connection>;

class Connections {
  public:
    /// Reads what the containers of an earlier daemon have, makes the bridges and the packet
    /// filter.
    Connections(Store& store, Firewall& firewall, containers::Containers& containers);

    /// Once the containers have been restored: takes over those that run, and lets go of what those
    /// had that do not.
    void adopt();
    /// The daemon ends. When no container needs them, bridges and packet filter go.
    void leave();

    /// Notes what a container that is being created shall be connected to.
    void plan(const std::string& container_id, std::vector<Endpoint> endpoints);
    void save(const containers::Container& container);

    /// Gives a container that is being started its network; the specification names it.
    void set_up(const containers::Container& container, Json& spec);
    void tear_down(const containers::Container& container);
    void forget(const containers::Container& container);

    void connect(const containers::Container& container, const NetworkPtr& network,
                 EndpointWish wish);
    void disconnect(const containers::Container& container, const NetworkPtr& network);

    /// Makes what a new network needs, and removes that of one that nobody is in.
    /// @throws StatusError 403 when somebody is
    void make(const NetworkPtr& network);
    void remove(const NetworkPtr& network);

    /// A copy of what a container has.
    [[nodiscard]] std::vector<Endpoint> endpoints_of(const std::string& container_id) const;
    [[nodiscard]] std::vector<PublishedPort> ports_of(const std::string& container_id) const;

    /// A container that runs in a network.
    struct Member {
        containers::ContainerPtr container;
        Endpoint endpoint;
    };
    [[nodiscard]] std::vector<Member> members(const Network& network) const;
    /// Who shall be in it, running or not.
    [[nodiscard]] bool is_used(const Network& network) const;

    [[nodiscard]] Store& store() const noexcept { return store_; }
    [[nodiscard]] Firewall& firewall() const noexcept { return firewall_; }
    [[nodiscard]] containers::Containers& containers() const noexcept { return containers_; }

  private:
    [[nodiscard]] ConnectionPtr of(const std::string& container_id) const;
    void load(const std::string& folder, const std::string& id);
    void write(const containers::Container& container, const Connection& connection) const;

    Lease make_lease(const Network& network, const EndpointWish& wish,
                     const Connection& connection);
    void release(const Network& network, const Lease& lease);
    void plug(const containers::Container& container, Connection& connection, Endpoint& endpoint);
    void set_routes(Connection& connection);
    [[nodiscard]] std::vector<HostsEntry> linked_hosts(
        const containers::Container& container) const;
    void note_names(const containers::Container& container, const Endpoint& endpoint);
    void forget_names(const containers::Container& container, const Endpoint& endpoint);
    void serve_names(const containers::Container& container, const Connection& connection);
    void publish(const containers::Container& container, Connection& connection);
    void hold_ports(const containers::Container& container, const Connection& connection);
    void write_etc_files(const containers::Container& container,
                         const Connection& connection) const;
    void drop(const containers::Container& container, Connection& connection, Endpoint& endpoint);
    void let_go(const containers::Container& container, Connection& connection);

    Store& store_;
    Firewall& firewall_;
    containers::Containers& containers_;
    Ports ports_;
    NameTable names_;
    NameServer name_server_;                            // asks names_
    mutable std::mutex mutex_;                          // protects connections_
    std::map<std::string, ConnectionPtr> connections_;  // by the container's ID
};

/// By which names others find a container in a network.
std::vector<std::string> names_of(const containers::Container& container, const Endpoint& endpoint);

}  // namespace minidock::networks
