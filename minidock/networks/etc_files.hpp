// /etc/hosts and /etc/resolv.conf of a container on a network: hosts(5), resolv.conf(5). They are
// written anew at each start, and in place when the container joins a network, since they are bound
// into it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "minidock/containers/settings.hpp"
#include "minidock/networks/address.hpp"

namespace minidock::networks {

/// The address of the embedded name server, in every container's own loopback network.
inline constexpr const char* name_server_address = "127.0.0.11";

struct HostsEntry {
    IpAddress address;
    std::string names;  ///< separated by spaces
};
/// @param own      the container's addresses with its names
/// @param gateway  what "host-gateway" in --add-host stands for
/// @throws BadParameter for an --add-host that is none
std::string hosts_text(const std::vector<HostsEntry>& own,
                       const std::vector<std::string>& extra_hosts, const IpAddress& gateway);

/// The host's own name servers and search domains. Those on its loopback stand apart: a container
/// cannot reach them.
struct HostResolver {
    std::vector<std::string> servers;
    std::vector<std::string> search;
    std::vector<std::string> options;
    std::vector<std::string> loopback_servers;
};
HostResolver read_host_resolver();

/// @param embedded  the container asks the embedded name server, which asks the others
std::string resolv_conf_text(const containers::HostConfig& host, bool embedded);

/// The servers that the embedded one asks on the container's behalf.
std::vector<IpAddress> upstream_servers(const containers::HostConfig& host);

/// Writes without making a new file.
void write_in_place(const std::string& path, const std::string& text);

}  // namespace minidock::networks
