// minirun as a test calls it: the program itself, with a state folder of the bundle's own.
#pragma once

#include <string>
#include <vector>

#include "tests/support/bundle.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"

namespace minidock::test {

/// Calls minirun with --root set to the bundle's state folder.
Outcome minirun(Bundle& bundle, std::vector<std::string> arguments);

/// `minirun run` of the bundle.
Outcome run_bundle(Bundle& bundle);

/// `minirun create` with the container's output in the bundle's file "output".
Outcome create_bundle(Bundle& bundle, std::vector<std::string> more = {});

/// The status that `minirun state` shows, or its error.
std::string status_of(Bundle& bundle);

/// What is left of the bundle's container: its state folder, its cgroups.
std::vector<std::string> leftovers(Bundle& bundle);

}  // namespace minidock::test
