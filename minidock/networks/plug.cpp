#include "minidock/networks/plug.hpp"

#include <net/if.h>
#include <sys/socket.h>

#include <cerrno>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/file.hpp"
#include "minidock/networks/link.hpp"

namespace minidock::networks {
namespace {

constexpr int chapter = 10;

void set_sysctl(const std::string& name, const char* value, const char* why) {
    kernel::write_file("/proc/sys/net/" + name, value, {chapter, why});
}

unsigned index_of(const std::string& device, const Network& network) {
    const unsigned index = ::if_nametoindex(device.c_str());
    if (index == 0)
        throw SystemError("find the device " + device + " of network " + network.name +
                          ", which somebody has removed. Restart the daemon to make it again");
    return index;
}

}  // namespace

// [make-bridge]
void make_bridge(const Network& network) {
    const std::string name = network.bridge();
    NetlinkSocket socket;
    unsigned index = link_index(socket, name);
    if (index == 0) {
        const IpamConfig* ipv4 = network.config(false);
        NetlinkBatch bridge;
        add_bridge(bridge, name, mac_for(ipv4->gateway), network.mtu());
        socket.run(bridge, {chapter, "a switch that the containers are plugged into"});
        index = link_index(socket, name);
    } else {
        NetlinkBatch up;
        set_link_up(up, name);
        socket.run(up, {chapter, "the bridge that an earlier daemon made"});
    }
    for (const IpamConfig& config : network.ipam) {
        NetlinkBatch address;
        add_address(address, index, config.gateway, config.subnet.prefix);
        try {
            socket.run(address, {chapter, "the host's own address there: the gateway"});
        } catch (const SystemError& error) {
            if (error.error() != EEXIST) throw;
        }
    }
    set_sysctl("ipv4/conf/" + name + "/route_localnet", "1",
               "127.0.0.1:PORT of the host leads to containers, too");
}
// [/make-bridge]

namespace {

/// @param where  a socket of the namespace in which the device is
void remove_if_there(NetlinkSocket& where, const std::string& device, const char* why) {
    NetlinkBatch batch;
    remove_link(batch, device);
    try {
        where.run(batch, {chapter, why});
    } catch (const SystemError& error) {
        if (error.error() != ENODEV) throw;
    }
}

}  // namespace

void remove_bridge(const Network& network) {
    NetlinkSocket socket;
    remove_if_there(socket, network.bridge(), "its network is removed");
}

BridgeRules rules_of(const Network& network) {
    BridgeRules rules{.bridge = network.bridge(),
                      .masqueraded = {},
                      .internal = network.internal,
                      .talking = network.flag("com.docker.network.bridge.enable_icc", true)};
    if (network.internal || !network.flag("com.docker.network.bridge.enable_ip_masquerade", true))
        return rules;
    for (const IpamConfig& config : network.ipam)
        rules.masqueraded.push_back(config.subnet);
    return rules;
}

namespace {

void make_device(NetlinkSocket& host, Sandbox& sandbox, const Network& network,
                 const Lease& lease) {
    const ContainerEnd end{.name = lease.container_device,
                           .mac = lease.mac,
                           .netns = sandbox.fd(),
                           .mtu = network.mtu()};
    NetlinkBatch device;
    if (network.driver == "bridge") {
        add_veth(device, lease.host_device, index_of(network.bridge(), network), end);
    } else {
        // Without a parent (an internal network) there is nothing to be on.
        const unsigned parent = index_of(network.parent(), network);
        if (network.driver == "macvlan")
            add_macvlan(device, parent, network.option("macvlan_mode", ""), end);
        else
            add_ipvlan(device, parent, network.option("ipvlan_mode", ""), end);
    }
    host.run(device, {chapter, "a device for the container, in its network namespace"});
}

}  // namespace

// [plug-in]
void plug_in(Sandbox& sandbox, const Network& network, const Lease& lease) {
    NetlinkSocket host;
    make_device(host, sandbox, network, lease);
    if (!lease.ipv6.empty()) {
        sandbox.run([&] {
            set_sysctl("ipv6/conf/" + lease.container_device + "/disable_ipv6", "0",
                       "this network has IPv6");
        });
    }

    if (!lease.host_device.empty()) {
        NetlinkBatch port;
        set_bridge_port(port, ::if_nametoindex(lease.host_device.c_str()),
                        !network.flag("com.docker.network.bridge.enable_icc", true));
        host.run(port, {chapter, "it may be reached by a published port of its own"});
    }

    const unsigned index = link_index(sandbox.netlink(), lease.container_device);
    NetlinkBatch addresses;
    set_link_up(addresses, lease.container_device);
    for (const IpAddress& address : {lease.ipv4, lease.ipv6}) {
        if (address.empty()) continue;
        add_address(addresses, index, address, network.config(address.is_v6())->subnet.prefix);
    }
    sandbox.netlink().run(addresses, {chapter, "the container's own address"});
}
// [/plug-in]

void unplug(Sandbox& sandbox, const Lease& lease) {
    // The other end of a pair goes with it.
    remove_if_there(sandbox.netlink(), lease.container_device, "the container leaves this network");
}

void remove_device(const Lease& lease) {
    if (lease.host_device.empty()) return;
    NetlinkSocket socket;
    remove_if_there(socket, lease.host_device, "the container has ended");
}

const Attached* gateway_of(const std::vector<Attached>& attached, bool v6) {
    const Attached* best = nullptr;
    for (const Attached& one : attached) {
        const IpamConfig* config = one.network->config(v6);
        if (one.network->internal || config == nullptr || config->gateway.empty()) continue;
        const bool better =
            best == nullptr ||
            one.endpoint->wish.gateway_priority > best->endpoint->wish.gateway_priority ||
            (one.endpoint->wish.gateway_priority == best->endpoint->wish.gateway_priority &&
             one.network->name < best->network->name);
        if (better) best = &one;
    }
    return best;
}

void set_default_routes(Sandbox& sandbox, const std::vector<Attached>& attached) {
    NetlinkBatch batch;
    for (const bool v6 : {false, true}) {
        const Attached* gateway = gateway_of(attached, v6);
        if (gateway == nullptr || !gateway->endpoint->lease) continue;
        const unsigned index =
            link_index(sandbox.netlink(), gateway->endpoint->lease->container_device);
        set_default_route(batch, index, gateway->network->config(v6)->gateway);
    }
    sandbox.netlink().run(batch, {chapter, "the way to everywhere else"});
}

}  // namespace minidock::networks
