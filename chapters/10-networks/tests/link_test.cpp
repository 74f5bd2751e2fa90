// What the kernel shows of the devices that the requests make: in a network namespace of the test's
// own, which plays the host.
#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <thread>

#include "minidock/base/error.hpp"
#include "minidock/networks/link.hpp"
#include "minidock/networks/sandbox.hpp"

namespace minidock::networks {
namespace {

constexpr Why why{10, "a test"};

/// Runs the test's body on a thread in a namespace of its own.
template <class Body>
void on_an_empty_host(Body body) {
    const Sandbox host = Sandbox::make();
    host.run(body);
}

Link link_named(NetlinkSocket& socket, const std::string& name) {
    for (const Link& link : links(socket)) {
        if (link.name == name) return link;
    }
    ADD_FAILURE() << "no device " << name;
    return {};
}

TEST(Links, ABridgeIsThereAndOn) {
    on_an_empty_host([] {
        NetlinkSocket socket;
        NetlinkBatch batch;
        add_bridge(batch, "br0", "02:42:0a:05:00:01", 0);
        socket.run(batch, why);
        EXPECT_TRUE(link_named(socket, "br0").up);
        try {
            socket.run(batch, why);
            ADD_FAILURE() << "two devices of one name";
        } catch (const SystemError& error) {
            EXPECT_STREQ(error.what(), "make the bridge br0: File exists");
        }
    });
}

TEST(Links, AVethPairLeadsFromTheBridgeIntoTheContainer) {
    on_an_empty_host([] {
        NetlinkSocket socket;
        NetlinkBatch batch;
        add_bridge(batch, "br0", "", 0);
        socket.run(batch, why);
        Sandbox container = Sandbox::make();
        NetlinkBatch pair;
        add_veth(
            pair, "veth0", link_index(socket, "br0"),
            {.name = "eth0", .mac = "02:42:0a:05:00:02", .netns = container.fd(), .mtu = 1400});
        socket.run(pair, why);
        const Link ours = link_named(socket, "veth0");
        EXPECT_EQ(ours.master, link_index(socket, "br0"));
        EXPECT_TRUE(ours.up);
        EXPECT_FALSE(link_named(container.netlink(), "eth0").up) << "it has no other end yet";
        EXPECT_EQ(link_index(socket, "eth0"), 0U) << "the container's end is the container's";
    });
}

TEST(Links, RoutesAreFound) {
    on_an_empty_host([] {
        NetlinkSocket socket;
        NetlinkBatch batch;
        add_bridge(batch, "br0", "", 0);
        socket.run(batch, why);
        NetlinkBatch address;
        add_address(address, link_index(socket, "br0"), IpAddress::parse("10.5.0.1"), 24);
        socket.run(address, why);
        const auto found = routes(socket);
        EXPECT_NE(std::find(found.begin(), found.end(), Subnet::parse("10.5.0.0/24")), found.end());
    });
}

}  // namespace
}  // namespace minidock::networks
