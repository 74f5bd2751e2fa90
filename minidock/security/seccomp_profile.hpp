// Docker's profiles: a filter with conditions. A rule may hold only for containers that have a
// capability, for some architectures, or from some kernel on; what is left when the conditions are
// decided is the OCI's linux.seccomp. See moby/profiles, seccomp.
#pragma once

#include <string>

#include "minidock/base/json.hpp"
#include "minidock/security/capabilities.hpp"

namespace minidock::security {

/// What the conditions of a profile ask about.
struct ProfileConditions {
    CapabilitySet capabilities = 0;  ///< the container's bounding set
    std::string architecture;        ///< as Go writes it: "amd64"
    unsigned kernel_major = 0;
    unsigned kernel_minor = 0;

    /// This machine's architecture and kernel.
    static ProfileConditions of_this_machine(CapabilitySet capabilities);
};

/// Decides the conditions of a profile.
/// @return linux.seccomp for a config.json
/// @throws BadParameter with the place of the fault
Json resolve_profile(const Json& profile, const ProfileConditions& conditions);

}  // namespace minidock::security
