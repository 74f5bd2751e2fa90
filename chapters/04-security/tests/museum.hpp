// What the escapes of the museum have in common: a container with an attacker in it.
#pragma once

#include <string>
#include <vector>

#include "tests/minirun/running.hpp"

namespace minidock::test {

/// Puts the attacker's program into a bundle, as /bin/attacker.
void add_attacker(Bundle& bundle);

/// Runs a container whose program is `args`; what is left behind fails the test.
Outcome outcome_of(Bundle& bundle);

/// The filter that Docker's default profile gives a container with few capabilities.
Json docker_filter();

}  // namespace minidock::test
