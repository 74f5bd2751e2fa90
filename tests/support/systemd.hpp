// Whether this machine's keeper is systemd, on cgroup v2 alone: only then can it be asked for
// control groups. For the users of minidock_cgroups.
#pragma once

#include <unistd.h>

#include "minidock/cgroups/hierarchy.hpp"

namespace minidock::test {

inline bool systemd_makes_groups() {
    return ::access("/run/systemd/system", F_OK) == 0 &&
           cgroups::Hierarchies::of_this_machine().layout() == cgroups::Layout::unified;
}

}  // namespace minidock::test
