// Plugging a container into a network and out of it again: the devices, addresses and routes.
#pragma once

#include <vector>

#include "minidock/networks/endpoint.hpp"
#include "minidock/networks/firewall.hpp"
#include "minidock/networks/network.hpp"
#include "minidock/networks/sandbox.hpp"

namespace minidock::networks {

/// Makes the bridge of a network, with the gateway's address, or finds it as it was left.
/// @throws SystemError
void make_bridge(const Network& network);
void remove_bridge(const Network& network);
/// What the packet filter must know of it.
BridgeRules rules_of(const Network& network);

/// Makes the container's device, with its addresses.
void plug_in(Sandbox& sandbox, const Network& network, const Lease& lease);
/// Removes it, from a container that runs on.
void unplug(Sandbox& sandbox, const Lease& lease);
/// Removes it from the host's side: the container's network is gone or about to go. The kernel
/// would do that too, but at a time of its own.
void remove_device(const Lease& lease);

/// One of the networks that a container is in.
struct Attached {
    const Network* network;
    const Endpoint* endpoint;
};
/// Which of them leads everywhere else: the one of the highest priority; among equals the first by
/// name. @return none when no network leads anywhere
const Attached* gateway_of(const std::vector<Attached>& attached, bool v6);
/// Sets the default routes accordingly.
void set_default_routes(Sandbox& sandbox, const std::vector<Attached>& attached);

}  // namespace minidock::networks
