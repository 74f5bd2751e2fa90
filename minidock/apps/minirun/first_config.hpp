// The config.json that `minirun spec` begins a bundle with.
#pragma once

#include "minidock/base/json.hpp"

namespace minidock::minirun {

/// A shell in namespaces of its own, with few rights, as runc's and crun's has it.
Json first_config();

/// The same for an ordinary user: in a user namespace in which that user is root.
Json first_config_rootless();

}  // namespace minidock::minirun
