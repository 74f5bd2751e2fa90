#include "minidock/networks/network_routes.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "minidock/base/error.hpp"
#include "minidock/networks/network_life.hpp"

namespace minidock::networks {

using containers::ContainerPtr;

void NetworkRoutes::add_routes(http::Router& router) {
    const auto route = [&](const char* method, const char* pattern, Method handler) {
        router.add(method, pattern,
                   [this, handler](http::Exchange& exchange) { (this->*handler)(exchange); });
    };
    route("GET", "/networks", &NetworkRoutes::list);
    route("POST", "/networks/create", &NetworkRoutes::create);
    route("POST", "/networks/prune", &NetworkRoutes::prune);
    route("GET", "/networks/{id}", &NetworkRoutes::inspect);
    route("DELETE", "/networks/{id}", &NetworkRoutes::remove);
    route("POST", "/networks/{id}/connect", &NetworkRoutes::connect);
    route("POST", "/networks/{id}/disconnect", &NetworkRoutes::disconnect);
}

void NetworkRoutes::describe(nlohmann::json& info) const {
    info["Plugins"]["Network"] = {"bridge", "host", "ipvlan", "macvlan", "null"};
    info["IPv4Forwarding"] = true;
    for (const std::string& chain : connections_.firewall().foreign_drops()) {
        info["Warnings"].push_back("WARNING: the nftables chain " + chain +
                                   " drops what is to be forwarded: containers do not reach other "
                                   "hosts. The daemon's log says what to do");
    }
}

namespace {

bool has_label(const Network& network, const std::string& wish) {
    const std::size_t equals = wish.find('=');
    const auto label = network.labels.find(wish.substr(0, equals));
    if (label == network.labels.end()) return false;
    return equals == std::string::npos || label->second == wish.substr(equals + 1);
}

/// The moment of an "until" filter: a Unix time. (Clients turn durations into one.)
bool is_before(const Network& network, const std::string& until) {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(network.created.time_since_epoch());
    try {
        return seconds.count() < std::stoll(until);
    } catch (const std::exception&) {
        throw BadParameter("invalid filter 'until=" + until + "': want a Unix time");
    }
}

std::string with_prefix(const Network& network, const IpAddress& address) {
    const IpamConfig* config = network.config(address.is_v6());
    if (address.empty() || config == nullptr) return {};
    return address.str() + "/" + std::to_string(config->subnet.prefix);
}

}  // namespace

bool NetworkRoutes::passes(const Network& network, const http::Filters& filters) const {
    const auto any = [&](const char* name, auto fits) {
        const auto& values = filters.values(name);
        return values.empty() || std::any_of(values.begin(), values.end(), fits);
    };
    const auto& labels = filters.values("label");
    return any("name", [&](const auto& v) { return network.name.find(v) != std::string::npos; }) &&
           any("id", [&](const auto& v) { return network.id.starts_with(v); }) &&
           any("driver", [&](const auto& v) { return network.driver == v; }) &&
           any("scope", [&](const auto& v) { return v == "local"; }) &&
           any("type",
               [&](const auto& v) { return (v == "builtin") == network.is_predefined(); }) &&
           any("dangling",
               [&](const auto& v) {
                   const bool dangling = !network.is_predefined() && !connections_.is_used(network);
                   return (v == "true" || v == "1") == dangling;
               }) &&
           any("until", [&](const auto& v) { return is_before(network, v); }) &&
           std::all_of(labels.begin(), labels.end(),
                       [&](const auto& label) { return has_label(network, label); }) &&
           std::none_of(filters.values("label!").begin(), filters.values("label!").end(),
                        [&](const auto& label) { return has_label(network, label); });
}

void NetworkRoutes::list(http::Exchange& exchange) {
    const http::Filters filters = exchange.query().filters();
    filters.allow_only({"name", "id", "driver", "scope", "type", "dangling", "label"});
    Json list = Json::array();
    for (const NetworkPtr& network : connections_.store().list()) {
        if (!passes(*network, filters)) continue;
        list.push_back(to_json(*network));
        list.back()["Containers"] = Json::object();
    }
    exchange.send(http::Response::json(list));
}

void NetworkRoutes::inspect(http::Exchange& exchange) {
    const NetworkPtr network = connections_.store().get(exchange.parameter("id"));
    Json document = to_json(*network);
    document["Containers"] = Json::object();
    for (const Connections::Member& member : connections_.members(*network)) {
        const Lease& lease = *member.endpoint.lease;
        document["Containers"][member.container->id()] = {
            {"Name", member.container->name()},
            {"EndpointID", lease.id},
            {"MacAddress", lease.mac},
            {"IPv4Address", with_prefix(*network, lease.ipv4)},
            {"IPv6Address", with_prefix(*network, lease.ipv6)}};
    }
    exchange.send(http::Response::json(document));
}

void NetworkRoutes::create(http::Exchange& exchange) {
    const NetworkPtr network = connections_.store().create(exchange.read_json());
    connections_.make(network);
    announce(*network, "create");
    exchange.send(http::Response::json({{"Id", network->id}, {"Warning", ""}}, 201));
}

void NetworkRoutes::remove(http::Exchange& exchange) {
    const NetworkPtr network = connections_.store().get(exchange.parameter("id"));
    if (network->is_predefined())
        throw http::StatusError(403,
                                network->name + " is a pre-defined network and cannot be removed");
    connections_.remove(network);
    announce(*network, "destroy");
    exchange.send(http::Response::empty());
}

void NetworkRoutes::connect(http::Exchange& exchange) {
    const NetworkPtr network = connections_.store().get(exchange.parameter("id"));
    const Json body = exchange.read_json();
    const JsonReader request{body};
    const ContainerPtr container = connections_.containers().get(request.at("Container").string());
    const auto settings = request.find("EndpointConfig");
    EndpointWish wish = parse_wish(settings ? settings->json() : Json());
    check_wish(wish, *network);
    connections_.connect(*container, network, std::move(wish));
    announce(*network, "connect", container->id());
    exchange.send(http::Response::empty(200));
}

void NetworkRoutes::disconnect(http::Exchange& exchange) {
    const NetworkPtr network = connections_.store().get(exchange.parameter("id"));
    const Json body = exchange.read_json();
    const JsonReader request{body};
    const ContainerPtr container = connections_.containers().get(request.at("Container").string());
    connections_.disconnect(*container, network);
    announce(*network, "disconnect", container->id());
    exchange.send(http::Response::empty(200));
}

void NetworkRoutes::prune(http::Exchange& exchange) {
    const http::Filters filters = exchange.query().filters();
    filters.allow_only({"label", "label!", "until"});
    Json removed = Json::array();
    for (const NetworkPtr& network : connections_.store().list()) {
        if (network->is_predefined() || connections_.is_used(*network)) continue;
        if (!passes(*network, filters)) continue;
        connections_.remove(network);
        announce(*network, "destroy");
        removed.push_back(network->name);
    }
    exchange.send(http::Response::json({{"NetworksDeleted", removed}}));
}

void NetworkRoutes::announce(const Network& network, const std::string& action,
                             const std::string& container) const {
    std::map<std::string, std::string> attributes{{"name", network.name}, {"type", network.driver}};
    if (!container.empty()) attributes["container"] = container;
    connections_.containers().events().publish(
        {.type = "network", .action = action, .id = network.id, .attributes = attributes});
}

}  // namespace minidock::networks
