// Published ports as documents: as they are kept, and as the API shows them.
#pragma once

#include <vector>

#include "minidock/base/json.hpp"
#include "minidock/networks/firewall.hpp"

namespace minidock::networks {

Json to_json(const PublishedPort& port);
PublishedPort parse_published(const Json& document);

/// {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "443/tcp": null}
/// @param exposed  the container's ExposedPorts
Json port_map(const std::vector<PublishedPort>& ports, const Json& exposed);
/// [{"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"}]
Json port_list(const std::vector<PublishedPort>& ports, const Json& exposed);

}  // namespace minidock::networks
