// Network devices, their addresses and their routes: the requests of rtnetlink(7) that a
// container's network is made of. Each function adds a request to a batch; nothing happens before
// the batch is run. ip-link(8) has a command for each.
#pragma once

#include <string>
#include <vector>

#include "minidock/networks/address.hpp"
#include "minidock/networks/netlink.hpp"

namespace minidock::networks {

/// ip link add NAME type bridge
/// @param mac  given, so that it does not change with the devices that are plugged in
void add_bridge(NetlinkBatch& batch, const std::string& name, const std::string& mac, int mtu);

/// The end of a device that a container gets.
struct ContainerEnd {
    std::string name;  ///< "eth0"
    std::string mac;   ///< empty: the kernel chooses
    int netns = -1;    ///< a descriptor of its network namespace
    int mtu = 0;       ///< 0: the kernel's
};

/// ip link add HOST_NAME up master BRIDGE type veth peer name eth0 netns …
void add_veth(NetlinkBatch& batch, const std::string& host_name, unsigned bridge,
              const ContainerEnd& peer);

/// ip link add link PARENT name eth0 netns … type macvlan mode MODE
/// @param mode  bridge, private, vepa, passthru. @throws BadParameter for another
void add_macvlan(NetlinkBatch& batch, unsigned parent, const std::string& mode,
                 const ContainerEnd& end);
/// ip link add link PARENT name eth0 netns … type ipvlan mode MODE
/// @param mode  l2, l3, l3s. @throws BadParameter for another
void add_ipvlan(NetlinkBatch& batch, unsigned parent, const std::string& mode,
                const ContainerEnd& end);

/// ip link del NAME
void remove_link(NetlinkBatch& batch, const std::string& name);
/// ip link set NAME up
void set_link_up(NetlinkBatch& batch, const std::string& name);
/// bridge link set dev NAME hairpin on [isolated on]
/// Hairpin: what comes in by the port may go out by it again, as when a container asks for its own
/// published port. Isolated: other isolated ports of the bridge cannot be reached.
void set_bridge_port(NetlinkBatch& batch, unsigned index, bool isolated);

/// ip addr add ADDRESS/PREFIX dev …
void add_address(NetlinkBatch& batch, unsigned index, const IpAddress& address, int prefix);
/// ip route replace default via GATEWAY dev …
void set_default_route(NetlinkBatch& batch, unsigned index, const IpAddress& gateway);

struct Link {
    unsigned index = 0;
    std::string name;
    unsigned master = 0;  ///< the bridge that it is plugged into; 0: none
    bool up = false;
};
std::vector<Link> links(NetlinkSocket& socket);
/// Its index; 0 when there is none of this name.
unsigned link_index(NetlinkSocket& socket, const std::string& name);
/// What the machine reaches without a gateway, or by one: every route but the default ones.
std::vector<Subnet> routes(NetlinkSocket& socket);

}  // namespace minidock::networks
