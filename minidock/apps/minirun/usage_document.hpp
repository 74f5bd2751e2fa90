// What a container has used, in the form that callers of `runc events --stats` read.
#pragma once

#include <string>

#include "minidock/base/json.hpp"
#include "minidock/cgroups/stats.hpp"

namespace minidock::minirun {

/// {"type":"stats","id":…,"data":{"cpu":…,"memory":…,"pids":…,"blkio":…}}; times in nanoseconds.
Json stats_event(const std::string& id, const cgroups::Stats& stats);

}  // namespace minidock::minirun
