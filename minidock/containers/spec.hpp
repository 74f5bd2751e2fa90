// From what the user asked (Config, HostConfig) to what the runtime is told: the config.json of an
// OCI bundle. The defaults are Docker's. See the OCI runtime specification, config.md and
// config-linux.md.
#pragma once

#include <map>
#include <string>

#include "minidock/base/json.hpp"
#include "minidock/containers/settings.hpp"
#include "minidock/containers/user.hpp"
#include "minidock/security/capabilities.hpp"

namespace minidock::containers {

/// All that a container's OCI configuration follows from.
struct SpecInput {
    const std::string& id;
    const Config& config;
    const HostConfig& host;
    ResolvedUser user;
    std::string folder;           ///< the container's: etc/hosts and so on are bound from there
    std::string cgroup;           ///< "/minidock/ID"
    const Json& seccomp_profile;  ///< Docker's default, with its conditions
    /// Namespaces that are another container's: "network" -> "/proc/1234/ns/net".
    std::map<std::string, std::string> joined_namespaces{};
    std::string shm{};          ///< the /dev/shm to share; empty: one of its own
    std::string network_etc{};  ///< whose hosts and resolv.conf; empty: its own
    std::string init{};         ///< a program that stands in front of the container's; empty: none
    bool cgroup_v2 = true;  ///< there containers have a cgroup namespace of their own by default
};

/// @throws BadParameter for what only turns out here: a device that is not there, an unknown
///         capability or ulimit
Json make_spec(const SpecInput& input);

/// Only its "process": what the runtime is told for a further program in the container.
Json make_process(const SpecInput& input);

/// The capabilities of the container's root: Docker's default ones, as cap_add, cap_drop and
/// privileged change them.
/// @throws BadParameter for an unknown one
security::CapabilitySet capabilities_of(const HostConfig& host);

/// The environment: Docker's defaults, overridden by `config.env`.
std::vector<std::string> make_environment(const SpecInput& input);

}  // namespace minidock::containers
