#include "minidock/networks/firewall.hpp"

#include <fmt/format.h>
#include <nftables/libnftables.h>

#include "minidock/base/error.hpp"
#include "minidock/base/json.hpp"
#include "minidock/base/log.hpp"
#include "minidock/base/trace.hpp"

namespace minidock::networks {
namespace {

// [table]
constexpr const char* table_rules = R"(
    set bridges { type ifname; }                     # of all networks
    set internal { type ifname; }                    # of those that nothing leaves
    set talking { type ifname . ifname; }            # from and to: containers of one network
    set inside4 { type ipv4_addr; flags interval; }  # subnets to be hidden
    set inside6 { type ipv6_addr; flags interval; }
    map ports4 { type inet_proto . inet_service : ipv4_addr . inet_service; }
    map ports6 { type inet_proto . inet_service : ipv6_addr . inet_service; }
    map ports4_at { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
    map ports6_at { type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; }

    chain loopback {
        # 127.0.0.1 is routed to bridges for our published ports: nobody else may use that way.
        type filter hook prerouting priority raw;
        iifname @bridges ip daddr 127.0.0.0/8 drop
    }
    chain prerouting {
        type nat hook prerouting priority dstnat;
        fib daddr type local jump published
    }
    chain output {
        type nat hook output priority -100;
        fib daddr type local jump published
    }
    chain published {
        dnat ip to ip daddr . meta l4proto . th dport map @ports4_at
        dnat ip to meta l4proto . th dport map @ports4
        dnat ip6 to ip6 daddr . meta l4proto . th dport map @ports6_at
        dnat ip6 to meta l4proto . th dport map @ports6
    }
    chain postrouting {
        type nat hook postrouting priority srcnat;
        ip saddr @inside4 oifname != @bridges masquerade
        ip6 saddr @inside6 oifname != @bridges masquerade
        # Through a published port to a neighbour: the answer has to come back through us.
        ip saddr @inside4 oifname @bridges ct status dnat masquerade
        ip6 saddr @inside6 oifname @bridges ct status dnat masquerade
        ip saddr 127.0.0.0/8 oifname @bridges masquerade
    }
    chain redirects {
        # "Your neighbour is nearer than I" would lead around our translation.
        type filter hook output priority filter;
        oifname @bridges icmp type redirect drop
    }
    chain forward {
        type filter hook forward priority filter;
        ct state established,related accept
        iifname . oifname @talking accept
        iifname @internal drop
        oifname @internal drop
        ct status dnat accept
        oifname @bridges drop
    }
)";
// [/table]

std::string element(const PublishedPort& port) {
    const std::string at = port.host_address.is_any() ? "" : port.host_address.str() + " . ";
    return fmt::format("{}{} . {}", at, port.protocol, port.host_port);
}

std::string map_of(const PublishedPort& port) {
    return fmt::format("ports{}{}", port.address.is_v6() ? 6 : 4,
                       port.host_address.is_any() ? "" : "_at");
}

std::string publish_commands(const std::string& table, const std::vector<PublishedPort>& ports) {
    std::string commands;
    for (const PublishedPort& port : ports) {
        commands += fmt::format("add element inet {} {} {{ {} : {} . {} }}\n", table, map_of(port),
                                element(port), port.address.str(), port.port);
    }
    return commands;
}

/// @param verb  add, delete
std::string bridge_commands(const std::string& table, const char* verb, const BridgeRules& rules) {
    std::string commands;
    const auto change = [&](const char* set, const std::string& element) {
        commands += fmt::format("{} element inet {} {} {{ {} }}\n", verb, table, set, element);
    };
    const std::string bridge = '"' + rules.bridge + '"';
    change("bridges", bridge);
    if (rules.internal) change("internal", bridge);
    if (rules.talking) change("talking", bridge + " . " + bridge);
    for (const Subnet& subnet : rules.masqueraded)
        change(subnet.address.is_v6() ? "inside6" : "inside4", subnet.str());
    return commands;
}

}  // namespace

std::string table_text(const std::string& table) {
    return fmt::format("table inet {} {{{}}}\n", table, table_rules);
}

Firewall::Firewall(std::string table)
    : table_{std::move(table)}, context_{::nft_ctx_new(NFT_CTX_DEFAULT)} {
    if (context_ == nullptr) throw std::runtime_error{"set up libnftables"};
    ::nft_ctx_buffer_output(context_);
    ::nft_ctx_buffer_error(context_);
}

Firewall::~Firewall() {
    ::nft_ctx_free(context_);
}

std::string Firewall::run(const std::string& commands) {
    const std::lock_guard lock{mutex_};
    log::debug("nft: {}", commands);
    const int result = trace::traced(
        "nft", {10, "rules of the packet filter: all of them at once, or none"},
        [&] { return ::nft_run_cmd_from_buffer(context_, commands.c_str()); },
        [&](trace::Arguments& a) { a.text(commands); });
    if (result != 0) {
        std::string words = ::nft_ctx_get_error_buffer(context_);
        words.resize(words.find('\n') == std::string::npos ? words.size() : words.find('\n'));
        throw std::runtime_error{"change the nftables table inet " + table_ + ": " + words};
    }
    return ::nft_ctx_get_output_buffer(context_);
}

// [install]
void Firewall::install(const std::vector<BridgeRules>& bridges,
                       const std::vector<PublishedPort>& ports) {
    // "add" makes sure that there is one to delete.
    std::string commands = fmt::format("add table inet {0}\ndelete table inet {0}\n", table_);
    commands += table_text(table_);
    for (const BridgeRules& bridge : bridges)
        commands += bridge_commands(table_, "add", bridge);
    commands += publish_commands(table_, ports);
    run(commands);
    installed_ = true;
}
// [/install]

void Firewall::add(const BridgeRules& rules) {
    run(bridge_commands(table_, "add", rules));
}

void Firewall::remove(const BridgeRules& rules) {
    run(bridge_commands(table_, "delete", rules));
}

void Firewall::publish(const std::vector<PublishedPort>& ports) {
    if (!ports.empty()) run(publish_commands(table_, ports));
}

void Firewall::unpublish(const std::vector<PublishedPort>& ports) {
    std::string commands;
    for (const PublishedPort& port : ports) {
        commands += fmt::format("delete element inet {} {} {{ {} }}\n", table_, map_of(port),
                                element(port));
    }
    if (!commands.empty()) run(commands);
}

void Firewall::remove_table() {
    if (!installed_) return;
    installed_ = false;
    run(fmt::format("add table inet {0}\ndelete table inet {0}\n", table_));
}

std::vector<std::string> Firewall::foreign_drops() {
    std::string answer;
    {
        const std::lock_guard lock{mutex_};
        ::nft_ctx_output_set_flags(context_, NFT_CTX_OUTPUT_JSON);
        if (::nft_run_cmd_from_buffer(context_, "list chains") == 0)
            answer = ::nft_ctx_get_output_buffer(context_);
        ::nft_ctx_output_set_flags(context_, 0);
    }
    if (answer.empty()) return {};
    std::vector<std::string> found;
    const Json document = parse_json(answer, "the list of nftables chains");
    for (const Json& entry : document.value("nftables", Json::array())) {
        const Json chain = entry.value("chain", Json::object());
        if (chain.value("hook", "") != "forward" || chain.value("policy", "") != "drop") continue;
        if (chain.value("table", "") == table_) continue;
        found.push_back(chain.value("family", "") + " " + chain.value("table", "") + " " +
                        chain.value("name", ""));
    }
    return found;
}

}  // namespace minidock::networks
