#include "chapters/10-networks/words.hpp"

#include <net/if.h>

#include "minidock/base/error.hpp"
#include "minidock/networks/link.hpp"
#include "minidock/networks/sandbox.hpp"

namespace minidock::chapter10 {

using namespace networks;

Cable::Cable(CLI::App& run) {
    auto* const bridge =
        run.add_option("--bridge", bridge_, "a bridge of the host's to be plugged into");
    run.add_option("--address", address_, "its own address there: 10.5.0.2/24")->needs(bridge);
    run.add_option("--gateway", gateway_, "by which it reaches all others")->needs(bridge);
}

std::function<void(pid_t)> Cable::layer() const {
    return [this](pid_t child) {
        if (!bridge_.empty()) lay(child);
    };
}

// [lay]
void Cable::lay(pid_t child) const {
    const unsigned bridge = ::if_nametoindex(bridge_.c_str());
    if (bridge == 0)
        throw NotFound("there is no bridge " + bridge_ + ". Make one: ip link add " + bridge_ +
                       " up type bridge");
    Sandbox sandbox = Sandbox::of_process(child);
    NetlinkSocket host;
    NetlinkBatch cable;
    add_veth(cable, "veth" + std::to_string(child), bridge,
             {.name = "eth0", .mac = {}, .netns = sandbox.fd(), .mtu = 0});
    host.run(cable, {10, "a cable from the bridge into the command's network"});

    NetlinkBatch inside;
    set_link_up(inside, "lo");
    set_link_up(inside, "eth0");
    const unsigned device = link_index(sandbox.netlink(), "eth0");
    if (!address_.empty()) {
        const Subnet subnet = Subnet::parse(address_);
        const std::string own = address_.substr(0, address_.find('/'));
        add_address(inside, device, IpAddress::parse(own), subnet.prefix);
    }
    if (!gateway_.empty()) set_default_route(inside, device, IpAddress::parse(gateway_));
    sandbox.netlink().run(inside, {10, "its address, and the way to everywhere else"});
}
// [/lay]

}  // namespace minidock::chapter10
