#include "minidock/networks/connections.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/kernel/file.hpp"
#include "minidock/base/log.hpp"
#include "minidock/http/response.hpp"
#include "minidock/networks/link.hpp"
#include "minidock/networks/port_json.hpp"

namespace minidock::networks {

namespace fs = std::filesystem;
using containers::Container;
using containers::ContainerPtr;

namespace {

constexpr const char* file_name = "/networks.json";

/// As "warning: …" once a start: what else on this machine keeps our containers from talking.
void warn_of_foreign_drops(Firewall& firewall) {
    for (const std::string& chain : firewall.foreign_drops()) {
        log::warning(
            "the nftables chain {0} drops what is to be forwarded: containers will not reach other "
            "hosts. To let them: nft insert rule {0} iifname \"minidock0\" accept; nft insert rule "
            "{0} oifname \"minidock0\" accept (and the same for br-* of other networks)",
            chain);
    }
}

/// This machine passes packets on between its networks.
void switch_forwarding_on(const Network& network) {
    const auto switch_on = [](const std::string& path) {
        if (read_file(path) == "1\n") return;
        kernel::write_file(path, "1", {10, "pass packets on between networks"});
        log::info("{} is 1 now", path);
    };
    switch_on("/proc/sys/net/ipv4/ip_forward");
    // Not unasked: a router does not take its own addresses from other routers any more.
    if (network.ipv6) switch_on("/proc/sys/net/ipv6/conf/all/forwarding");
}

/// A name is whose it is now, and no beginning of an ID.
NameTable::Naming naming(containers::Containers& containers) {
    const auto id_of = [&containers](const std::string& name) -> std::string {
        try {
            const ContainerPtr container = containers.get(name);
            return container->name() == name ? container->id() : "";
        } catch (const RequestError&) {
            return {};
        }
    };
    const auto name_of = [&containers](const std::string& id) -> std::string {
        try {
            return containers.get(id)->name();
        } catch (const RequestError&) {
            return {};
        }
    };
    return {id_of, name_of};
}

}  // namespace

// [start]
Connections::Connections(Store& store, Firewall& firewall, containers::Containers& containers)
    : store_{store},
      firewall_{firewall},
      containers_{containers},
      names_{naming(containers)},
      name_server_{[this](const std::string& container, const dns::Question& question) {
          return names_.lookup(container, question);
      }} {
    const std::string folder = containers.places().data_root + "/containers";
    for (const auto& entry : fs::directory_iterator{folder}) {
        if (fs::exists(entry.path().string() + file_name))
            load(entry.path(), entry.path().filename());
    }
    std::vector<BridgeRules> bridges;
    for (const NetworkPtr& network : store.list()) {
        if (network->driver != "bridge") continue;
        make_bridge(*network);
        switch_forwarding_on(*network);
        bridges.push_back(rules_of(*network));
    }
    std::vector<PublishedPort> ports;
    for (const auto& [id, connection] : connections_)
        ports.insert(ports.end(), connection->published.begin(), connection->published.end());
    if (bridges.empty()) return;  // the first network to be made finds the machine untouched
    firewall.install(bridges, ports);
    warn_of_foreign_drops(firewall);
}
// [/start]

void Connections::load(const std::string& folder, const std::string& id) {
    try {
        const Json document = read_json_file(folder + file_name);
        auto connection = std::make_shared<Connection>();
        for (const Json& endpoint : document.at("Endpoints")) {
            connection->endpoints.push_back(parse_endpoint(endpoint));
            const Endpoint& last = connection->endpoints.back();
            const NetworkPtr network = store_.find(last.network_id);
            if (!network || !last.lease) continue;
            for (const IpAddress& address : {last.lease->ipv4, last.lease->ipv6}) {
                if (!address.empty()) store_.take_address(*network, address.is_v6(), address);
            }
        }
        for (const Json& port : document.at("Published"))
            connection->published.push_back(parse_published(port));
        connections_[id] = std::move(connection);
    } catch (const std::exception& error) {
        log::error("networks of container {} are unknown: {}", short_id(id), error.what());
    }
}

void Connections::adopt() {
    for (const ContainerPtr& container : containers_.list()) {
        const ConnectionPtr connection = of(container->id());
        if (!connection) continue;
        const std::lock_guard lock{connection->mutex};
        if (connection->sandbox) continue;  // started since
        const containers::State state = container->state();
        if (!state.is_running()) {
            let_go(*container, *connection);
            continue;
        }
        try {
            connection->sandbox.emplace(Sandbox::of_process(state.pid));
            hold_ports(*container, *connection);
            for (const Endpoint& endpoint : connection->endpoints)
                note_names(*container, endpoint);
            serve_names(*container, *connection);
        } catch (const std::exception& error) {
            log::warning("network of container {}: {}", short_id(container->id()), error.what());
        }
    }
}

void Connections::leave() {
    {
        const std::lock_guard lock{mutex_};
        for (const auto& [id, connection] : connections_) {
            const std::lock_guard connection_lock{connection->mutex};
            if (connection->sandbox) return;  // they go on without us
        }
    }
    firewall_.remove_table();
    for (const NetworkPtr& network : store_.list()) {
        if (network->driver == "bridge") remove_bridge(*network);
    }
}

ConnectionPtr Connections::of(const std::string& id) const {
    const std::lock_guard lock{mutex_};
    const auto found = connections_.find(id);
    return found == connections_.end() ? nullptr : found->second;
}

void Connections::plan(const std::string& id, std::vector<Endpoint> endpoints) {
    auto connection = std::make_shared<Connection>();
    connection->endpoints = std::move(endpoints);
    const std::lock_guard lock{mutex_};
    connections_[id] = std::move(connection);
}

void Connections::save(const Container& container) {
    const ConnectionPtr connection = of(container.id());
    if (!connection) return;
    const std::lock_guard lock{connection->mutex};
    write(container, *connection);
}

void Connections::write(const Container& container, const Connection& connection) const {
    Json document{{"Endpoints", Json::array()}, {"Published", Json::array()}};
    for (const Endpoint& endpoint : connection.endpoints)
        document["Endpoints"].push_back(to_json(endpoint));
    for (const PublishedPort& port : connection.published)
        document["Published"].push_back(to_json(port));
    write_atomically(container.folder() + file_name, document.dump(1) + "\n", Durability::crash);
}

void Connections::forget(const Container& container) {
    tear_down(container);
    const std::lock_guard lock{mutex_};
    connections_.erase(container.id());
}

void Connections::make(const NetworkPtr& network) {
    if (network->driver != "bridge") return;
    try {
        make_bridge(*network);
        if (firewall_.is_installed()) {
            firewall_.add(rules_of(*network));
        } else {
            firewall_.install({rules_of(*network)}, {});
        }
        switch_forwarding_on(*network);
    } catch (...) {
        remove_bridge(*network);
        store_.remove(*network);
        throw;
    }
    log::info("network {} ({}) made", network->name, network->bridge());
}

void Connections::remove(const NetworkPtr& network) {
    std::string users;
    for (const Member& member : members(*network)) {
        users += fmt::format("{}name:\"{}\" id:\"{}\"", users.empty() ? "" : ", ",
                             member.container->name(), short_id(member.endpoint.lease->id));
    }
    if (!users.empty())
        throw http::StatusError(403,
                                fmt::format("error while removing network: network {} has active "
                                            "endpoints ({})",
                                            network->name, users));
    if (network->driver == "bridge") {
        firewall_.remove(rules_of(*network));
        remove_bridge(*network);
    }
    store_.remove(*network);
    log::info("network {} removed", network->name);
}

std::vector<Endpoint> Connections::endpoints_of(const std::string& id) const {
    const ConnectionPtr connection = of(id);
    if (!connection) return {};
    const std::lock_guard lock{connection->mutex};
    return connection->endpoints;
}

std::vector<PublishedPort> Connections::ports_of(const std::string& id) const {
    const ConnectionPtr connection = of(id);
    if (!connection) return {};
    const std::lock_guard lock{connection->mutex};
    return connection->published;
}

std::vector<Connections::Member> Connections::members(const Network& network) const {
    std::vector<Member> found;
    for (const ContainerPtr& container : containers_.list()) {
        for (Endpoint& endpoint : endpoints_of(container->id())) {
            if (endpoint.network_id == network.id && endpoint.lease)
                found.push_back({container, std::move(endpoint)});
        }
    }
    return found;
}

bool Connections::is_used(const Network& network) const {
    for (const ContainerPtr& container : containers_.list()) {
        for (const Endpoint& endpoint : endpoints_of(container->id())) {
            if (endpoint.network_id == network.id) return true;
        }
    }
    return false;
}

}  // namespace minidock::networks
