#include "minidock/networks/port_json.hpp"

#include <fmt/format.h>

#include "minidock/networks/ports.hpp"

namespace minidock::networks {

Json to_json(const PublishedPort& port) {
    return {{"Protocol", port.protocol},
            {"HostAddress", port.host_address.str()},
            {"HostPort", port.host_port},
            {"Address", port.address.str()},
            {"Port", port.port}};
}

PublishedPort parse_published(const Json& json) {
    const JsonReader document{json};
    const auto port = [&](const char* key) {
        return static_cast<std::uint16_t>(document.at(key).integer());
    };
    return {.protocol = document.at("Protocol").string(),
            .host_address = IpAddress::parse(document.at("HostAddress").string()),
            .host_port = port("HostPort"),
            .address = IpAddress::parse(document.at("Address").string()),
            .port = port("Port")};
}

Json port_map(const std::vector<PublishedPort>& ports, const Json& exposed) {
    Json map = Json::object();
    if (exposed.is_object()) {
        for (const auto& [key, nothing] : exposed.items()) {
            const auto [port, protocol] = parse_port(key);
            map[fmt::format("{}/{}", port, protocol)] = nullptr;
        }
    }
    for (const PublishedPort& port : ports) {
        Json& list = map[fmt::format("{}/{}", port.port, port.protocol)];
        if (list.is_null()) list = Json::array();
        list.push_back(
            {{"HostIp", port.host_address.str()}, {"HostPort", std::to_string(port.host_port)}});
    }
    return map;
}

Json port_list(const std::vector<PublishedPort>& ports, const Json& exposed) {
    Json list = Json::array();
    const Json map = port_map(ports, exposed);
    for (const auto& [key, bindings] : map.items()) {
        const auto [port, protocol] = parse_port(key);
        if (bindings.is_null()) list.push_back({{"PrivatePort", port}, {"Type", protocol}});
    }
    for (const PublishedPort& port : ports) {
        list.push_back({{"IP", port.host_address.str()},
                        {"PrivatePort", port.port},
                        {"PublicPort", port.host_port},
                        {"Type", port.protocol}});
    }
    return list;
}

}  // namespace minidock::networks
