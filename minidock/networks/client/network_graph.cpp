#include "minidock/networks/client/network_graph.hpp"

#include <fmt/format.h>

#include <set>

#include "minidock/client/text.hpp"

namespace minidock::networks {
namespace {

using client::in_quotes;

std::string subnets(const Json& network) {
    std::string text;
    for (const Json& config : network.at("IPAM").at("Config"))
        text += "\n" + config.value("Subnet", "");
    return text;
}

}  // namespace

std::string network_graph(const Json& networks) {
    std::string dot =
        "graph networks {\n    rankdir=LR\n    node [shape=box, fontname=sans]\n"
        "    host [label=\"the host\", style=filled, fillcolor=lightgrey]\n";
    std::set<std::string> drawn;
    for (const Json& network : networks) {
        if (network.at("Driver") == "null" || network.at("Driver") == "host") continue;
        const std::string node = in_quotes("n " + network.at("Name").get<std::string>());
        const std::string label = network.at("Name").get<std::string>() + " (" +
                                  network.at("Driver").get<std::string>() + ")" + subnets(network);
        dot += fmt::format("    {} [label={}, shape=ellipse]\n", node, in_quotes(label));
        if (!network.value("Internal", false)) dot += fmt::format("    host -- {}\n", node);
        for (const auto& [id, container] : network.at("Containers").items()) {
            const std::string name = in_quotes(container.at("Name").get<std::string>());
            if (drawn.insert(id).second) dot += fmt::format("    {}\n", name);
            dot += fmt::format("    {} -- {} [label={}]\n", node, name,
                               in_quotes(container.at("IPv4Address").get<std::string>()));
        }
    }
    return dot + "}\n";
}

}  // namespace minidock::networks
