#include "minidock/networks/network_life.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/log.hpp"
#include "minidock/networks/port_json.hpp"

namespace minidock::networks {

using containers::Container;
using containers::ContainerPtr;
using containers::Definition;

namespace {

constexpr std::string_view shared_prefix = "container:";

/// Networks that are none of ours: the host's, none, another container's.
bool has_own_network(const std::string& mode) {
    return mode != "host" && mode != "none" && !mode.starts_with(shared_prefix);
}

bool publishes(const Definition& definition) {
    const Json& host = definition.host_config_document;
    return !host.value("PortBindings", Json::object()).empty() ||
           host.value("PublishAllPorts", false);
}

}  // namespace

std::vector<std::string> NetworkLife::serves() const {
    return {"NetworkMode", "PortBindings", "PublishAllPorts", "Links"};
}

void check_wish(const EndpointWish& wish, const Network& network) {
    if (network.is_predefined() && network.name != "bridge") return;
    const bool has_address = !wish.ipv4.empty() || !wish.ipv6.empty();
    if (network.is_predefined() && has_address)
        throw BadParameter(
            "invalid endpoint settings: user specified IP address is supported on user defined "
            "networks only");
    if (network.is_predefined() && !wish.aliases.empty())
        throw BadParameter(
            "invalid endpoint settings: network-scoped aliases are only supported for user-defined "
            "networks");
    if (!wish.ipv6.empty() && !network.ipv6)
        throw BadParameter(fmt::format("network {} has no IPv6: {}", network.name, wish.ipv6));
    for (const std::string& text : {wish.ipv4, wish.ipv6}) {
        if (text.empty()) continue;
        const IpAddress address = IpAddress::parse(text);
        if (!network.config(address.is_v6())->subnet.contains(address))
            throw BadParameter(fmt::format(
                "invalid endpoint settings: no configured subnet contains IP address {}", text));
    }
    for (const auto& [key, value] : wish.driver_options)
        throw BadParameter("driver option " + key + " of an endpoint is not in this edition");
}

// [check]
void NetworkLife::check(const Json& request, Definition& definition,
                        std::vector<std::string>& warnings) {
    std::string& mode = definition.host_config.network_mode;
    if (mode == "default") mode = connections_.store().find(mode)->name;
    definition.host_config_document["NetworkMode"] = mode;
    (void)port_wishes(definition.host_config_document.value("PortBindings", Json::object()),
                      definition.config_document.value("ExposedPorts", Json::object()), true);
    if (mode.starts_with(shared_prefix)) {
        if (publishes(definition))
            throw BadParameter(
                "conflicting options: port publishing and the container type network mode");
        (void)connections_.containers().get(mode.substr(shared_prefix.size()));
        return;
    }
    if (mode == "host" && publishes(definition))
        warnings.emplace_back("Published ports are discarded when using host network mode");
    connections_.plan(definition.id, wished_endpoints(request, definition));
}
// [/check]

/// The network of NetworkMode comes first; its device is eth0.
std::vector<Endpoint> NetworkLife::wished_endpoints(const Json& request,
                                                    const Definition& definition) const {
    const std::string& mode = definition.host_config.network_mode;
    std::vector<Endpoint> endpoints;
    const auto add = [&](const std::string& name, const Json& settings) {
        const NetworkPtr network = connections_.store().find(name);
        // Not NotFound: a client that gets a 404 here believes that the image is missing.
        if (!network) throw BadParameter("network " + name + " not found");
        EndpointWish wish = parse_wish(settings);
        check_wish(wish, *network);
        const auto old = std::find_if(endpoints.begin(), endpoints.end(), [&](const Endpoint& e) {
            return e.network_id == network->id;
        });
        if (old != endpoints.end()) {
            old->wish = std::move(wish);
        } else {
            endpoints.push_back({network->id, std::move(wish), std::nullopt});
        }
    };
    add(mode, nullptr);
    const Json networking = request.value("NetworkingConfig", Json::object());
    if (networking.is_object() && networking.contains("EndpointsConfig") &&
        networking["EndpointsConfig"].is_object()) {
        for (const auto& [name, settings] : networking["EndpointsConfig"].items())
            add(name, settings);
    }
    Endpoint& first = endpoints.front();
    const std::string mac = JsonReader{definition.config_document}.string_or("MacAddress", "");
    if (first.wish.mac.empty() && !mac.empty()) {
        (void)parse_mac(mac);
        first.wish.mac = mac;
    }
    if (!has_own_network(mode)) {
        if (endpoints.size() > 1)
            throw BadParameter(
                "conflicting options: cannot attach both user-defined and "
                "non-user-defined network-modes");
    }
    return endpoints;
}

void NetworkLife::created(const Container& container, std::vector<std::string>& /*warnings*/) {
    connections_.save(container);
}

void NetworkLife::prepare(const Container& container, Json& spec) {
    const std::string& mode = container.definition().host_config.network_mode;
    if (has_own_network(mode)) connections_.set_up(container, spec);
}

void NetworkLife::after_exit(const Container& container) noexcept {
    try {
        connections_.tear_down(container);
    } catch (const std::exception& error) {
        log::warning("network of container {}: {}", short_id(container.id()), error.what());
    }
}

void NetworkLife::removed(const Container& container, bool /*volumes*/) {
    connections_.forget(container);
}

Json NetworkLife::networks(const Container& container) const {
    Json all = Json::object();
    for (const Endpoint& endpoint : connections_.endpoints_of(container.id())) {
        const NetworkPtr network = connections_.store().find(endpoint.network_id);
        if (!network) continue;
        const auto names = network->has_name_service() ? names_of(container, endpoint)
                                                       : std::vector<std::string>{};
        all[network->name] = networks::describe(endpoint, *network, names);
    }
    return all;
}

void NetworkLife::describe(const Container& container, Json& inspect) const {
    const Definition& definition = container.definition();
    Json& settings = inspect["NetworkSettings"];
    settings["Networks"] = networks(container);
    const containers::State state = container.state();
    if (!state.is_running()) return;
    settings["SandboxID"] = container.id();
    settings["SandboxKey"] = fmt::format("/proc/{}/ns/net", state.pid);
    settings["Ports"] = port_map(connections_.ports_of(container.id()),
                                 definition.config_document.value("ExposedPorts", Json::object()));
    // The default bridge's stand here as well, for clients from before there were others.
    if (settings["Networks"].contains("bridge")) {
        const Json& bridge = settings["Networks"]["bridge"];
        for (const char* key : {"EndpointID", "Gateway", "GlobalIPv6Address", "GlobalIPv6PrefixLen",
                                "IPAddress", "IPPrefixLen", "IPv6Gateway", "MacAddress"})
            settings[key] = bridge.value(key, Json());
    }
}

void NetworkLife::summarize(const Container& container, Json& line) const {
    line["NetworkSettings"]["Networks"] = networks(container);
    if (!container.state().is_running()) return;
    line["Ports"] =
        port_list(connections_.ports_of(container.id()),
                  container.definition().config_document.value("ExposedPorts", Json::object()));
}

}  // namespace minidock::networks
