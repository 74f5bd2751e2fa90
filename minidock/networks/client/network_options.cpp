#include "minidock/networks/client/network_options.hpp"

#include <fmt/format.h>

#include <charconv>

#include "minidock/base/error.hpp"

namespace minidock::networks {
namespace {

struct Range {
    unsigned first = 0;
    unsigned last = 0;
};

BadParameter wrong(const std::string& text) {
    return BadParameter("invalid port: " + text + ": want [[ADDRESS:]HOST_PORT:]PORT[/PROTOCOL]");
}

Range range_of(const std::string& text, const std::string& whole) {
    Range range;
    const char* const end = text.data() + text.size();
    auto result = std::from_chars(text.data(), end, range.first);
    range.last = range.first;
    if (result.ec == std::errc{} && result.ptr != end && *result.ptr == '-')
        result = std::from_chars(result.ptr + 1, end, range.last);
    if (result.ec != std::errc{} || result.ptr != end || range.first == 0 || range.last > 65535 ||
        range.last < range.first)
        throw wrong(whole);
    return range;
}

void set_list(Json& host, const char* key, const client::Arguments& values) {
    if (!values.empty()) host[key] = values;
}

}  // namespace

void add_published(Json& bindings, Json& exposed, const std::string& text) {
    const std::size_t slash = text.find('/');
    const std::string protocol = slash == std::string::npos ? "tcp" : text.substr(slash + 1);
    std::string rest = text.substr(0, slash);
    const auto take_last = [&] {  // what stands behind the last colon
        const std::size_t colon = rest.rfind(':');
        std::string part = colon == std::string::npos ? rest : rest.substr(colon + 1);
        rest = colon == std::string::npos ? "" : rest.substr(0, colon);
        return part;
    };
    const Range inside = range_of(take_last(), text);
    const std::string host_ports = take_last();
    std::string address = rest;
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    const unsigned count = inside.last - inside.first;
    Range outside;
    if (!host_ports.empty()) outside = range_of(host_ports, text);
    const bool one_of_range = count == 0 && outside.last != outside.first;
    if (!host_ports.empty() && !one_of_range && outside.last - outside.first != count)
        throw BadParameter("invalid ranges specified for container and host Ports: " + text);
    for (unsigned i = 0; i <= count; ++i) {
        const std::string key = fmt::format("{}/{}", inside.first + i, protocol);
        std::string port = host_ports;
        if (!host_ports.empty() && !one_of_range) port = std::to_string(outside.first + i);
        bindings[key].push_back({{"HostIp", address}, {"HostPort", port}});
        exposed[key] = Json::object();
    }
}

void NetworkOptions::add_to(client::CommandLine& line) {
    CLI::App& app = line.app();
    line.add_list("-p,--publish", ports_, "Publish a container's port(s) to the host");
    app.add_flag("-P,--publish-all", publish_all_, "Publish all exposed ports to random ports");
    line.add_list("--expose", exposed_, "Expose a port or a range of ports");
    line.add_list("--network-alias,--net-alias", aliases_,
                  "Add network-scoped alias for the container");
    line.add_list("--link", links_, "Add link to another container");
    app.add_option("--ip", ip_, "IPv4 address (e.g., 172.30.100.104)");
    app.add_option("--ip6", ip6_, "IPv6 address (e.g., 2001:db8::33)");
    app.add_option("--mac-address", mac_, "Container MAC address (e.g., 92:d0:c6:0a:29:33)");
    line.add_list("--dns", dns_, "Set custom DNS servers");
    line.add_list("--dns-search", dns_search_, "Set custom DNS search domains");
    line.add_list("--dns-option,--dns-opt", dns_options_, "Set DNS options");
    line.add_list("--add-host", hosts_, "Add a custom host-to-IP mapping (host:ip)");
}

void NetworkOptions::complete(Json& body) const {
    Json& host = body["HostConfig"];
    Json bindings = Json::object();
    Json exposed = Json::object();
    for (const std::string& port : ports_)
        add_published(bindings, exposed, port);
    for (const std::string& port : exposed_) {
        Json nothing;
        add_published(nothing, exposed, port);
    }
    if (!bindings.empty()) host["PortBindings"] = bindings;
    if (!exposed.empty()) body["ExposedPorts"] = exposed;
    if (publish_all_) host["PublishAllPorts"] = true;
    set_list(host, "Dns", dns_);
    set_list(host, "DnsSearch", dns_search_);
    set_list(host, "DnsOptions", dns_options_);
    set_list(host, "ExtraHosts", hosts_);

    const std::string network = host.value("NetworkMode", "default");
    const bool user_defined = network != "default" && network != "bridge";
    Json endpoint = Json::object();
    set_list(endpoint, "Aliases", aliases_);
    if (user_defined)
        set_list(endpoint, "Links", links_);
    else
        set_list(host, "Links", links_);
    if (!mac_.empty()) endpoint["MacAddress"] = mac_;
    if (!ip_.empty()) endpoint["IPAMConfig"]["IPv4Address"] = ip_;
    if (!ip6_.empty()) endpoint["IPAMConfig"]["IPv6Address"] = ip6_;
    if (!endpoint.empty()) body["NetworkingConfig"]["EndpointsConfig"][network] = endpoint;
}

}  // namespace minidock::networks
