#include "minidock/networks/link.hpp"

#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "minidock/base/error.hpp"

namespace minidock::networks {
namespace {

constexpr std::uint16_t create = NLM_F_CREATE | NLM_F_EXCL;

ifinfomsg up() {
    ifinfomsg link{};
    link.ifi_flags = IFF_UP;
    link.ifi_change = IFF_UP;
    return link;
}

void put_mac(NetlinkBatch& batch, const std::string& text) {
    if (text.empty()) return;
    const auto mac = parse_mac(text);
    batch.attribute(IFLA_ADDRESS, mac.data(), mac.size());
}

void put_container_end(NetlinkBatch& batch, const ContainerEnd& end) {
    batch.text(IFLA_IFNAME, end.name);
    put_mac(batch, end.mac);
    if (end.mtu > 0) batch.number32(IFLA_MTU, static_cast<std::uint32_t>(end.mtu));
    batch.number32(IFLA_NET_NS_FD, static_cast<std::uint32_t>(end.netns));
}

struct Mode {
    const char* name;
    std::uint32_t value;
};

template <std::size_t N>
std::uint32_t mode_of(const Mode (&modes)[N], const std::string& name, const char* driver) {
    for (const Mode& mode : modes) {
        if (name == mode.name) return mode.value;
    }
    throw BadParameter("requested " + std::string{driver} + " mode '" + name + "' is not valid");
}

}  // namespace

void add_bridge(NetlinkBatch& batch, const std::string& name, const std::string& mac, int mtu) {
    batch.begin(RTM_NEWLINK, create, "make the bridge " + name);
    batch.header(up());
    batch.text(IFLA_IFNAME, name);
    put_mac(batch, mac);
    if (mtu > 0) batch.number32(IFLA_MTU, static_cast<std::uint32_t>(mtu));
    batch.nested(IFLA_LINKINFO, [&] { batch.text(IFLA_INFO_KIND, "bridge"); });
}

// [veth]
void add_veth(NetlinkBatch& batch, const std::string& host_name, unsigned bridge,
              const ContainerEnd& peer) {
    // lab 10.1: one request makes both ends: ours up and plugged into the bridge, the container's
    // (the content of VETH_INFO_PEER) named, in its namespace, and not up yet.
    batch.begin(RTM_NEWLINK, create, "make the veth pair " + host_name + ", " + peer.name);
    batch.header(up());
    batch.text(IFLA_IFNAME, host_name);
    batch.number32(IFLA_MASTER, bridge);
    if (peer.mtu > 0) batch.number32(IFLA_MTU, static_cast<std::uint32_t>(peer.mtu));
    batch.nested(IFLA_LINKINFO, [&] {
        batch.text(IFLA_INFO_KIND, "veth");
        batch.nested(IFLA_INFO_DATA, [&] {
            batch.nested(VETH_INFO_PEER, [&] {
                batch.header(ifinfomsg{});  // it cannot be up before it has its other end
                put_container_end(batch, peer);
            });
        });
    });
    // end lab
}
// [/veth]

void add_macvlan(NetlinkBatch& batch, unsigned parent, const std::string& mode,
                 const ContainerEnd& end) {
    static constexpr Mode modes[] = {{"", MACVLAN_MODE_BRIDGE},
                                     {"bridge", MACVLAN_MODE_BRIDGE},
                                     {"private", MACVLAN_MODE_PRIVATE},
                                     {"vepa", MACVLAN_MODE_VEPA},
                                     {"passthru", MACVLAN_MODE_PASSTHRU}};
    const std::uint32_t value = mode_of(modes, mode, "macvlan");
    batch.begin(RTM_NEWLINK, create, "make the macvlan device " + end.name);
    batch.header(up());
    put_container_end(batch, end);
    batch.number32(IFLA_LINK, parent);
    batch.nested(IFLA_LINKINFO, [&] {
        batch.text(IFLA_INFO_KIND, "macvlan");
        batch.nested(IFLA_INFO_DATA, [&] { batch.number32(IFLA_MACVLAN_MODE, value); });
    });
}

void add_ipvlan(NetlinkBatch& batch, unsigned parent, const std::string& mode,
                const ContainerEnd& end) {
    static constexpr Mode modes[] = {{"", IPVLAN_MODE_L2},
                                     {"l2", IPVLAN_MODE_L2},
                                     {"l3", IPVLAN_MODE_L3},
                                     {"l3s", IPVLAN_MODE_L3S}};
    const auto value = static_cast<std::uint16_t>(mode_of(modes, mode, "ipvlan"));
    batch.begin(RTM_NEWLINK, create, "make the ipvlan device " + end.name);
    batch.header(up());
    ContainerEnd without_mac = end;
    without_mac.mac.clear();  // all share the parent's
    put_container_end(batch, without_mac);
    batch.number32(IFLA_LINK, parent);
    batch.nested(IFLA_LINKINFO, [&] {
        batch.text(IFLA_INFO_KIND, "ipvlan");
        batch.nested(IFLA_INFO_DATA,
                     [&] { batch.attribute(IFLA_IPVLAN_MODE, &value, sizeof value); });
    });
}

void remove_link(NetlinkBatch& batch, const std::string& name) {
    batch.begin(RTM_DELLINK, 0, "remove the device " + name);
    batch.header(ifinfomsg{});
    batch.text(IFLA_IFNAME, name);
}

void set_link_up(NetlinkBatch& batch, const std::string& name) {
    batch.begin(RTM_NEWLINK, 0, "switch on the device " + name);
    batch.header(up());
    batch.text(IFLA_IFNAME, name);
}

void set_bridge_port(NetlinkBatch& batch, unsigned index, bool isolated) {
    batch.begin(RTM_SETLINK, 0, "set up a port of the bridge");
    ifinfomsg link{};
    link.ifi_family = AF_BRIDGE;
    link.ifi_index = static_cast<int>(index);
    batch.header(link);
    batch.nested(IFLA_PROTINFO, [&] {
        batch.number8(IFLA_BRPORT_MODE, 1);
        if (isolated) batch.number8(IFLA_BRPORT_ISOLATED, 1);
    });
}

void add_address(NetlinkBatch& batch, unsigned index, const IpAddress& address, int prefix) {
    batch.begin(RTM_NEWADDR, create, "add the address " + address.str());
    ifaddrmsg header{};
    header.ifa_family = address.family();
    header.ifa_prefixlen = static_cast<std::uint8_t>(prefix);
    header.ifa_index = index;
    // We gave it out ourselves, so nobody else has it: no waiting for duplicate address detection.
    if (address.is_v6()) header.ifa_flags = IFA_F_NODAD;
    batch.header(header);
    batch.attribute(IFA_LOCAL, address.data(), address.size());
    if (!address.is_v6()) {
        const IpAddress broadcast = address.masked(prefix, true);
        batch.attribute(IFA_BROADCAST, broadcast.data(), broadcast.size());
    }
}

void set_default_route(NetlinkBatch& batch, unsigned index, const IpAddress& gateway) {
    batch.begin(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE,
                "set the default route by " + gateway.str());
    rtmsg header{};
    header.rtm_family = gateway.family();
    header.rtm_table = RT_TABLE_MAIN;
    header.rtm_protocol = RTPROT_BOOT;
    header.rtm_type = RTN_UNICAST;
    header.rtm_scope = RT_SCOPE_UNIVERSE;
    batch.header(header);
    batch.attribute(RTA_GATEWAY, gateway.data(), gateway.size());
    batch.number32(RTA_OIF, index);
}

std::vector<Link> links(NetlinkSocket& socket) {
    std::vector<Link> all;
    socket.dump(RTM_GETLINK, AF_UNSPEC, [&](const nlmsghdr& message) {
        const auto* header = reinterpret_cast<const ifinfomsg*>(NLMSG_DATA(&message));
        Link link{.index = static_cast<unsigned>(header->ifi_index),
                  .name = {},
                  .up = (header->ifi_flags & IFF_UP) != 0};
        for_each_attribute(message, sizeof *header, [&](std::uint16_t type, std::string_view data) {
            if (type == IFLA_IFNAME) link.name = data.data();
            if (type == IFLA_MASTER) std::memcpy(&link.master, data.data(), sizeof link.master);
        });
        all.push_back(std::move(link));
    });
    return all;
}

unsigned link_index(NetlinkSocket& socket, const std::string& name) {
    for (const Link& link : links(socket)) {
        if (link.name == name) return link.index;
    }
    return 0;
}

std::vector<Subnet> routes(NetlinkSocket& socket) {
    std::vector<Subnet> all;
    socket.dump(RTM_GETROUTE, AF_UNSPEC, [&](const nlmsghdr& message) {
        const auto* header = reinterpret_cast<const rtmsg*>(NLMSG_DATA(&message));
        if (header->rtm_table == RT_TABLE_LOCAL || header->rtm_dst_len == 0) return;
        for_each_attribute(message, sizeof *header, [&](std::uint16_t type, std::string_view data) {
            if (type == RTA_DST) all.push_back({IpAddress::of_bytes(data), header->rtm_dst_len});
        });
    });
    return all;
}

}  // namespace minidock::networks
