// Names of connected containers: what the name server is told, and which containers it serves.
#include <algorithm>

#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"
#include "minidock/networks/connections.hpp"
#include "minidock/networks/etc_files.hpp"

namespace minidock::networks {

using containers::Container;

namespace {

/// "container:alias", or "container" for both.
std::pair<std::string, std::string> split_link(const std::string& link) {
    const std::size_t colon = link.find(':');
    const std::string target = link.substr(0, colon);
    return {target, colon == std::string::npos ? target : link.substr(colon + 1)};
}

}  // namespace

std::vector<std::string> names_of(const Container& container, const Endpoint& endpoint) {
    std::vector<std::string> names{container.name()};
    const auto add = [&](const std::string& name) {
        if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    };
    for (const std::string& alias : endpoint.wish.aliases)
        add(alias);
    add(short_id(container.id()));
    add(container.definition().config.hostname);
    return names;
}

/// The links of the network "bridge", which has no names: lines in /etc/hosts, as they were when
/// the container started. (On other networks a link is an alias, which the name server knows.)
std::vector<HostsEntry> Connections::linked_hosts(const Container& container) const {
    const Json links = container.definition().host_config_document.value("Links", Json());
    std::vector<HostsEntry> entries;
    if (!links.is_array()) return entries;
    for (const Json& link : links) {
        const auto [target, alias] = split_link(link.get<std::string>());
        const containers::ContainerPtr other = containers_.get(target);
        const std::size_t before = entries.size();
        for (const Endpoint& endpoint : endpoints_of(other->id())) {
            const NetworkPtr network = store_.find(endpoint.network_id);
            if (network && network->name == "bridge" && endpoint.lease)
                entries.push_back({endpoint.lease->ipv4, alias + " " + other->name()});
        }
        if (entries.size() == before)
            throw BadParameter("Cannot link to " + other->name() +
                               ": it does not run on the network bridge");
    }
    return entries;
}

void Connections::note_names(const Container& container, const Endpoint& endpoint) {
    const NetworkPtr network = store_.find(endpoint.network_id);
    if (!network || !network->has_name_service() || !endpoint.lease) return;
    NameTable::Entry entry{.network_name = network->name,
                           .aliases = names_of(container, endpoint),
                           .links = {},
                           .ipv4 = endpoint.lease->ipv4,
                           .ipv6 = endpoint.lease->ipv6};
    entry.aliases.erase(entry.aliases.begin());  // the name, which may change
    for (const std::string& link : endpoint.wish.links) {
        const auto [target, alias] = split_link(link);
        entry.links[alias] = target;
    }
    names_.add(network->id, container.id(), std::move(entry));
}

void Connections::forget_names(const Container& container, const Endpoint& endpoint) {
    names_.remove(endpoint.network_id, container.id());
}

/// Opens the name server's sockets in the container's network, once it is on a network with names.
void Connections::serve_names(const Container& container, const Connection& connection) {
    bool embedded = false;
    bool leads_out = false;
    for (const Endpoint& endpoint : connection.endpoints) {
        const NetworkPtr network = store_.find(endpoint.network_id);
        if (!network) continue;
        embedded = embedded || network->has_name_service();
        leads_out = leads_out || !network->internal;
    }
    if (!embedded || name_server_.serves(container.id())) return;
    NameServer::Sockets sockets;
    connection.sandbox->run([&] { sockets = NameServer::open_sockets(); });
    name_server_.serve(container.id(), std::move(sockets),
                       leads_out ? upstream_servers(container.definition().host_config)
                                 : std::vector<IpAddress>{});
}

}  // namespace minidock::networks
