#include "minidock/networks/client/network_commands.hpp"

#include <fmt/format.h>

#include "minidock/client/for_each.hpp"
#include "minidock/client/listing.hpp"
#include "minidock/client/pruning.hpp"
#include "minidock/client/text.hpp"
#include "minidock/client/values.hpp"
#include "minidock/http/query.hpp"
#include "minidock/networks/client/network_graph.hpp"

namespace minidock::networks {
namespace {

using client::Arguments;
using client::CommandLine;
using client::Context;

std::string path_of(const std::string& name) {
    return "/networks/" + http::percent_encode(name);
}

int list(Context& context, const Arguments& arguments) {
    CommandLine line{"network ls", "[OPTIONS]", "List networks"};
    client::ListOptions options;
    options.add_to(line);
    if (!line.parse(arguments)) return 0;
    std::vector<Json> rows;
    for (const Json& network :
         context.daemon.get("/networks?filters=" + options.filters_parameter())) {
        Json row = network;
        const auto id = network.at("Id").get<std::string>();
        row["ID"] = options.whole ? id : client::shown_id(id);
        rows.push_back(std::move(row));
    }
    client::print_list(
        options, {{"NETWORK ID", "ID"}, {"NAME", "Name"}, {"DRIVER", "Driver"}, {"SCOPE", "Scope"}},
        rows);
    return 0;
}

/// The n-th of several; none where fewer were given.
void put(Json& config, const char* key, const Arguments& values, std::size_t n) {
    if (n < values.size()) config[key] = values[n];
}

int create(Context& context, const Arguments& arguments) {
    CommandLine line{"network create", "[OPTIONS] NETWORK", "Create a network"};
    std::string name;
    std::string driver = "bridge";
    Arguments subnets, gateways, ranges, aux, options, labels;
    bool internal = false;
    bool ipv6 = false;
    bool attachable = false;
    CLI::App& app = line.app();
    app.add_option("NETWORK", name)->required();
    app.add_option("-d,--driver", driver, "Driver to manage the Network");
    line.add_list("--subnet", subnets, "Subnet in CIDR format that represents a network segment");
    line.add_list("--gateway", gateways, "IPv4 or IPv6 Gateway for the master subnet");
    line.add_list("--ip-range", ranges, "Allocate container ip from a sub-range");
    line.add_list("--aux-address", aux, "Auxiliary IPv4 or IPv6 addresses (NAME=ADDRESS)");
    line.add_list("-o,--opt", options, "Set driver specific options");
    line.add_list("--label", labels, "Set metadata on a network");
    app.add_flag("--internal", internal, "Restrict external access to the network");
    app.add_flag("--ipv6", ipv6, "Enable IPv6 networking");
    app.add_flag("--attachable", attachable, "Enable manual container attachment");
    if (!line.parse(arguments)) return 0;

    Json configs = Json::array();
    for (std::size_t n = 0; n < std::max({subnets.size(), gateways.size(), ranges.size()}); ++n) {
        Json config = Json::object();
        put(config, "Subnet", subnets, n);
        put(config, "Gateway", gateways, n);
        put(config, "IPRange", ranges, n);
        if (n == 0 && !aux.empty()) config["AuxiliaryAddresses"] = client::parse_labels(aux);
        configs.push_back(config);
    }
    const Json made =
        context.daemon.post("/networks/create", {{"Name", name},
                                                 {"Driver", driver},
                                                 {"Internal", internal},
                                                 {"Attachable", attachable},
                                                 {"EnableIPv6", ipv6},
                                                 {"IPAM", {{"Config", configs}}},
                                                 {"Options", client::parse_labels(options)},
                                                 {"Labels", client::parse_labels(labels)}});
    fmt::print("{}\n", made.at("Id").get<std::string>());
    return 0;
}

int remove(Context& context, const Arguments& arguments) {
    CommandLine line{"network rm", "NETWORK [NETWORK...]", "Remove one or more networks"};
    Arguments names;
    line.app().add_option("NETWORK", names)->required();
    if (!line.parse(arguments)) return 0;
    return client::for_each(names, "", [&](const std::string& name) {
        context.daemon.request("DELETE", path_of(name));
        fmt::print("{}\n", name);
    });
}

int inspect(Context& context, const Arguments& arguments) {
    CommandLine line{"network inspect", "[OPTIONS] [NETWORK...]",
                     "Display detailed information on one or more networks"};
    Arguments names;
    std::string format;
    bool graph = false;
    line.app().add_option("NETWORK", names);
    line.app().add_option("-f,--format", format, "Format output: 'json', or a template");
    line.app().add_flag("--graph", graph, "Draw them, all unless named, for Graphviz's dot");
    if (!line.parse(arguments)) return 0;
    if (graph && names.empty()) {
        for (const Json& network : context.daemon.get("/networks"))
            names.push_back(network.at("Name"));
    }
    if (names.empty()) throw client::Failure(1, "network inspect: name a network");
    Json found = Json::array();
    const int code = client::for_each(names, "", [&](const std::string& name) {
        found.push_back(context.daemon.get(path_of(name)));
    });
    if (graph)
        fmt::print("{}", network_graph(found));
    else
        client::print_inspected(format, found);
    return code;
}

int connect(Context& context, const Arguments& arguments) {
    CommandLine line{"network connect", "[OPTIONS] NETWORK CONTAINER",
                     "Connect a container to a network"};
    std::string network, container, ip, ip6;
    Arguments aliases, links;
    CLI::App& app = line.app();
    app.add_option("NETWORK", network)->required();
    app.add_option("CONTAINER", container)->required();
    line.add_list("--alias", aliases, "Add network-scoped alias for the container");
    line.add_list("--link", links, "Add link to another container");
    app.add_option("--ip", ip, "IPv4 address");
    app.add_option("--ip6", ip6, "IPv6 address");
    if (!line.parse(arguments)) return 0;
    Json endpoint{{"Aliases", aliases}, {"Links", links}};
    if (!ip.empty()) endpoint["IPAMConfig"]["IPv4Address"] = ip;
    if (!ip6.empty()) endpoint["IPAMConfig"]["IPv6Address"] = ip6;
    const Json body{{"Container", container}, {"EndpointConfig", endpoint}};
    context.daemon.request("POST", path_of(network) + "/connect", body.dump());
    return 0;
}

int disconnect(Context& context, const Arguments& arguments) {
    CommandLine line{"network disconnect", "[OPTIONS] NETWORK CONTAINER",
                     "Disconnect a container from a network"};
    std::string network, container;
    bool force = false;
    line.app().add_option("NETWORK", network)->required();
    line.app().add_option("CONTAINER", container)->required();
    line.app().add_flag("-f,--force", force, "Force the container to disconnect");
    if (!line.parse(arguments)) return 0;
    const Json body{{"Container", container}, {"Force", force}};
    context.daemon.request("POST", path_of(network) + "/disconnect", body.dump());
    return 0;
}

int prune(Context& context, const Arguments& arguments) {
    CommandLine line{"network prune", "[OPTIONS]", "Remove all unused networks"};
    client::ListOptions filters;
    bool force = false;
    line.app().add_flag("-f,--force", force, "Do not prompt for confirmation");
    line.add_list("--filter", filters.filters, "Provide filter values (e.g. \"label=x\")");
    if (!line.parse(arguments)) return 0;
    if (!force && !client::user_agrees("all custom networks not used by at least one container"))
        return 1;
    const Json answer = parse_json(
        context.daemon.request("POST", "/networks/prune?filters=" + filters.filters_parameter()),
        "the daemon's answer");
    client::print_deleted("Networks", answer.at("NetworksDeleted"));
    return 0;
}

int port(Context& context, const Arguments& arguments) {
    CommandLine line{"port", "CONTAINER [PRIVATE_PORT[/PROTO]]",
                     "List port mappings or a specific mapping for the container"};
    std::string container, wanted;
    line.app().add_option("CONTAINER", container)->required();
    line.app().add_option("PORT", wanted);
    if (!line.parse(arguments)) return 0;
    if (!wanted.empty() && wanted.find('/') == std::string::npos) wanted += "/tcp";
    const Json document =
        context.daemon.get("/containers/" + http::percent_encode(container) + "/json");
    bool found = false;
    for (const auto& [key, list] : document.at("NetworkSettings").at("Ports").items()) {
        if (list.is_null() || (!wanted.empty() && key != wanted)) continue;
        for (const Json& binding : list) {
            const auto address = binding.at("HostIp").get<std::string>();
            const std::string shown =
                address.find(':') == std::string::npos ? address : "[" + address + "]";
            const std::string place =
                fmt::format("{}:{}", shown, binding.at("HostPort").get<std::string>());
            fmt::print("{}{}\n", wanted.empty() ? key + " -> " : "", place);
            found = true;
        }
    }
    if (!wanted.empty() && !found)
        throw client::Failure(
            1, fmt::format("no public port '{}' published for {}", wanted, container));
    return 0;
}

}  // namespace

std::vector<client::Command> network_commands() {
    return {client::command_group(
                "network", "Manage networks",
                {{"connect", "Connect a container to a network", connect},
                 {"create", "Create a network", create},
                 {"disconnect", "Disconnect a container from a network", disconnect},
                 {"inspect", "Display detailed information on one or more networks", inspect},
                 {"ls", "List networks", list},
                 {"prune", "Remove all unused networks", prune},
                 {"rm", "Remove one or more networks", remove}}),
            {"port", "List port mappings or a specific mapping for the container", port}};
}

}  // namespace minidock::networks
