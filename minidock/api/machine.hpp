// What machine the daemon runs on, read from uname(2), /proc and /etc/os-release (os-release(5)).
#pragma once

#include <cstdint>
#include <string>

#include "minidock/cgroups/controller.hpp"

namespace minidock::api {

struct Machine {
    std::string hostname;
    std::string kernel;        ///< "6.1.0-18-amd64"
    std::string architecture;  ///< "x86_64"
    std::string system;        ///< PRETTY_NAME of os-release(5)
    std::string system_version;
    std::uint64_t memory_bytes = 0;
    unsigned processors = 0;
    int cgroup_version = 0;              ///< 1 also where both are mounted, the controllers on 1
    cgroups::ControllerSet controllers;  ///< those that limits can be set with
    bool forwards_ipv4 = false;          ///< the kernel passes packets on between interfaces
    bool swap_limit = false;             ///< swap is accounted, so that it can be limited
};

/// Looks at the machine now.
Machine look_at_machine();

/// Go's name for an architecture, as Docker's API has it: "amd64" for "x86_64".
std::string go_architecture(const std::string& machine);

}  // namespace minidock::api
