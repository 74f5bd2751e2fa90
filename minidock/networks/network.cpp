#include "minidock/networks/network.hpp"

#include <charconv>

#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"

namespace minidock::networks {

bool Network::is_predefined() const {
    return name == "bridge" || name == "host" || name == "none";
}

std::string Network::option(const std::string& key, const std::string& otherwise) const {
    const auto found = options.find(key);
    return found == options.end() ? otherwise : found->second;
}

bool Network::flag(const std::string& key, bool otherwise) const {
    const std::string value = option(key, otherwise ? "true" : "false");
    if (value == "true" || value == "1") return true;
    if (value == "false" || value == "0") return false;
    throw BadParameter("invalid value for option " + key + ": want true or false, got " + value);
}

std::string Network::bridge() const {
    return option("com.docker.network.bridge.name", "br-" + short_id(id));
}

int Network::mtu() const {
    const std::string text = option("com.docker.network.driver.mtu", "0");
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0 || value > 65535)
        throw BadParameter("invalid value for option com.docker.network.driver.mtu: " + text);
    return value;
}

const IpamConfig* Network::config(bool v6) const {
    for (const IpamConfig& one : ipam) {
        if (one.subnet.address.is_v6() == v6) return &one;
    }
    return nullptr;
}

namespace {

Json to_json(const IpamConfig& config) {
    Json document{{"Subnet", config.subnet.str()}};
    if (!config.ip_range.empty()) document["IPRange"] = config.ip_range.str();
    if (!config.gateway.empty()) document["Gateway"] = config.gateway.str();
    for (const auto& [name, address] : config.aux)
        document["AuxiliaryAddresses"][name] = address.str();
    return document;
}

IpamConfig parse_ipam(const JsonReader& document) {
    IpamConfig config;
    config.subnet = Subnet::parse(document.at("Subnet").string());
    if (const auto range = document.string_or("IPRange", ""); !range.empty())
        config.ip_range = Subnet::parse(range);
    if (const auto gateway = document.string_or("Gateway", ""); !gateway.empty())
        config.gateway = IpAddress::parse(gateway);
    if (const auto aux = document.find("AuxiliaryAddresses")) {
        for (const auto& [name, address] : aux->string_map())
            config.aux[name] = IpAddress::parse(address);
    }
    return config;
}

std::map<std::string, std::string> text_map(const JsonReader& document, const char* key) {
    std::map<std::string, std::string> map;
    if (const auto found = document.find(key)) {
        for (const auto& [name, value] : found->string_map())
            map[name] = value;
    }
    return map;
}

}  // namespace

Json to_json(const Network& network) {
    Json configs = Json::array();
    for (const IpamConfig& config : network.ipam)
        configs.push_back(to_json(config));
    return {{"Name", network.name},
            {"Id", network.id},
            {"Created", to_rfc3339(network.created)},
            {"Scope", "local"},
            {"Driver", network.driver},
            {"EnableIPv4", true},
            {"EnableIPv6", network.ipv6},
            {"IPAM", {{"Driver", "default"}, {"Options", nullptr}, {"Config", configs}}},
            {"Internal", network.internal},
            {"Attachable", network.attachable},
            {"Ingress", false},
            {"ConfigFrom", {{"Network", ""}}},
            {"ConfigOnly", false},
            {"Options", network.options},
            {"Labels", network.labels}};
}

Network parse_network(const Json& json) {
    const JsonReader document{json};
    Network network;
    network.id = document.string_or("Id", "");
    network.name = document.string_or("Name", "");
    network.driver = document.string_or("Driver", "bridge");
    if (network.driver.empty() || network.driver == "default") network.driver = "bridge";
    network.created = from_rfc3339(document.string_or("Created", "")).value_or(now());
    network.internal = document.boolean_or("Internal", false);
    network.attachable = document.boolean_or("Attachable", false);
    network.ipv6 = document.boolean_or("EnableIPv6", false);
    network.options = text_map(document, "Options");
    network.labels = text_map(document, "Labels");
    if (const auto ipam = document.find("IPAM")) {
        if (const auto configs = ipam->find("Config")) {
            for (const JsonReader& config : configs->elements()) {
                if (!config.string_or("Subnet", "").empty())
                    network.ipam.push_back(parse_ipam(config));
                else if (!config.string_or("Gateway", "").empty() ||
                         !config.string_or("IPRange", "").empty())
                    throw BadParameter("invalid network config: a gateway or range needs a subnet");
            }
        }
    }
    return network;
}

}  // namespace minidock::networks
