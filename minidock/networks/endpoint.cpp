#include "minidock/networks/endpoint.hpp"

#include "minidock/base/error.hpp"

namespace minidock::networks {
namespace {

Json or_null(const std::vector<std::string>& list) {
    return list.empty() ? Json(nullptr) : Json(list);
}

Json ipam_config(const EndpointWish& wish) {
    if (wish.ipv4.empty() && wish.ipv6.empty()) return nullptr;
    Json config = Json::object();
    if (!wish.ipv4.empty()) config["IPv4Address"] = wish.ipv4;
    if (!wish.ipv6.empty()) config["IPv6Address"] = wish.ipv6;
    return config;
}

Json wish_to_json(const EndpointWish& wish) {
    return {{"IPAMConfig", ipam_config(wish)},
            {"Links", or_null(wish.links)},
            {"Aliases", or_null(wish.aliases)},
            {"MacAddress", wish.mac},
            {"DriverOpts", wish.driver_options.empty() ? Json(nullptr) : Json(wish.driver_options)},
            {"GwPriority", wish.gateway_priority}};
}

}  // namespace

EndpointWish parse_wish(const Json& settings) {
    EndpointWish wish;
    if (settings.is_null()) return wish;
    const JsonReader reader{settings};
    wish.aliases = reader.strings_or_none("Aliases");
    wish.links = reader.strings_or_none("Links");
    wish.mac = reader.string_or("MacAddress", "");
    wish.gateway_priority = reader.integer_or("GwPriority", 0);
    if (const auto options = reader.find("DriverOpts")) {
        for (const auto& [key, value] : options->string_map())
            wish.driver_options[key] = value;
    }
    if (const auto config = reader.find("IPAMConfig")) {
        wish.ipv4 = config->string_or("IPv4Address", "");
        wish.ipv6 = config->string_or("IPv6Address", "");
    }
    if (!wish.mac.empty()) (void)parse_mac(wish.mac);
    if (address_or_none(wish.ipv4).is_v6())
        throw BadParameter("invalid IPv4 address: " + wish.ipv4);
    if (!wish.ipv6.empty() && !address_or_none(wish.ipv6).is_v6())
        throw BadParameter("invalid IPv6 address: " + wish.ipv6);
    return wish;
}

Json to_json(const Endpoint& endpoint) {
    Json document{{"NetworkID", endpoint.network_id}, {"Wish", wish_to_json(endpoint.wish)}};
    if (endpoint.lease) {
        const Lease& lease = *endpoint.lease;
        document["Lease"] = {{"Id", lease.id},
                             {"IPv4", lease.ipv4.str()},
                             {"IPv6", lease.ipv6.str()},
                             {"Mac", lease.mac},
                             {"HostDevice", lease.host_device},
                             {"ContainerDevice", lease.container_device}};
    }
    return document;
}

Endpoint parse_endpoint(const Json& json) {
    const JsonReader document{json};
    Endpoint endpoint{.network_id = document.at("NetworkID").string(),
                      .wish = parse_wish(document.at("Wish").json()),
                      .lease = std::nullopt};
    if (const auto lease = document.find("Lease")) {
        endpoint.lease = Lease{.id = lease->string_or("Id", ""),
                               .ipv4 = address_or_none(lease->string_or("IPv4", "")),
                               .ipv6 = address_or_none(lease->string_or("IPv6", "")),
                               .mac = lease->string_or("Mac", ""),
                               .host_device = lease->string_or("HostDevice", ""),
                               .container_device = lease->string_or("ContainerDevice", "")};
    }
    return endpoint;
}

Json describe(const Endpoint& endpoint, const Network& network,
              const std::vector<std::string>& names) {
    Json document = wish_to_json(endpoint.wish);
    const Lease lease = endpoint.lease.value_or(Lease{});
    const auto prefix = [&](bool v6, const IpAddress& address) {
        const IpamConfig* config = network.config(v6);
        return address.empty() || config == nullptr ? 0 : config->subnet.prefix;
    };
    const auto gateway = [&](bool v6, const IpAddress& address) {
        const IpamConfig* config = network.config(v6);
        if (address.empty() || config == nullptr || network.internal) return std::string{};
        return config->gateway.str();
    };
    document.update({{"MacAddress", lease.mac},
                     {"NetworkID", network.id},
                     {"EndpointID", lease.id},
                     {"Gateway", gateway(false, lease.ipv4)},
                     {"IPAddress", lease.ipv4.str()},
                     {"IPPrefixLen", prefix(false, lease.ipv4)},
                     {"IPv6Gateway", gateway(true, lease.ipv6)},
                     {"GlobalIPv6Address", lease.ipv6.str()},
                     {"GlobalIPv6PrefixLen", prefix(true, lease.ipv6)},
                     {"DNSNames", or_null(names)}});
    return document;
}

}  // namespace minidock::networks
