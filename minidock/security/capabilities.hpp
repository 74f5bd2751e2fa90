// What root is made of: the capabilities of capabilities(7), and the five sets of them that a
// process has. A container's root keeps a few of the forty-one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace minidock::security {

/// A set of capabilities; bit n is capability n of linux/capability.h.
using CapabilitySet = std::uint64_t;

/// The five sets of a process, by the names of the OCI's process.capabilities.
struct Capabilities {
    CapabilitySet bounding = 0;     ///< what any program started from here can ever gain
    CapabilitySet effective = 0;    ///< what the kernel checks
    CapabilitySet permitted = 0;    ///< what the process may make effective
    CapabilitySet inheritable = 0;  ///< what a program with file capabilities may inherit
    CapabilitySet ambient = 0;      ///< what an ordinary program inherits
};

/// The set of the named capabilities: "CAP_CHOWN".
/// @throws BadParameter naming the one that linux/capability.h does not have
CapabilitySet capability_set(const std::vector<std::string>& names);

/// The names of those in a set, in the kernel's order.
std::vector<std::string> names_of(CapabilitySet set);

/// All that this kernel has.
CapabilitySet all_capabilities();

/// Those that the caller can hand on: its own bounding set. An engine that runs in a container or
/// a restricted machine has fewer than the kernel.
CapabilitySet available_capabilities();

/// The fourteen that Docker leaves to a container's root.
CapabilitySet docker_default_capabilities();

/// Takes from the caller's bounding set what is not in `keep`. Needs CAP_SETPCAP.
void limit_bounding_set(CapabilitySet keep);

/// Gives the caller its other four sets. What this kernel does not have is left out; of what the
/// caller itself is not permitted, nothing can be given.
/// @throws SystemError EPERM when more is asked for than the caller has
void set_capabilities(const Capabilities& capabilities);

}  // namespace minidock::security
