// Which system call filter a container gets: Docker's default profile, one that the user brings
// (--security-opt seccomp=FILE), or none (seccomp=unconfined, --privileged).
#pragma once

#include <optional>
#include <string>

#include "minidock/base/json.hpp"
#include "minidock/containers/settings.hpp"
#include "minidock/security/capabilities.hpp"

namespace minidock::containers {

/// @param default_profile  Docker's, with its conditions
/// @param capabilities     the container's bounding set, which the conditions ask about
/// @return linux.seccomp of its config.json
/// @throws BadParameter when the profile that the user brings is none
std::optional<Json> seccomp_filter(const HostConfig& host, const Json& default_profile,
                                   security::CapabilitySet capabilities);

}  // namespace minidock::containers
