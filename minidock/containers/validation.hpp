// What is refused, and what is only warned of, before a container is made: limits that the kernel
// would not take or that make no sense together, in Docker's words.
#pragma once

#include <string>
#include <vector>

#include "minidock/containers/settings.hpp"

namespace minidock::containers {

/// What a limit is checked against.
struct Machine {
    int processors = 1;
    bool swap_limit = true;  ///< the kernel can count swap

    static Machine look();
};

/// Checks the settings, and puts in what follows from them (as the limit on swap does from the one
/// on memory).
/// @return warnings for the answer to the create request
/// @throws BadParameter
std::vector<std::string> validate(const Config& config, HostConfig& host, const Machine& machine);

/// kernel::signal_number(), with Docker's words where it is none.
int parse_signal(const std::string& text);

}  // namespace minidock::containers
