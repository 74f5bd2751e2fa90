// What is done to all processes of a group at once: listing, freezing, killing, waiting for their
// end. `folder` is the group's in the tree that holds the processes: the v2 tree where there is
// one, else that of v1's freezer. See cgroup-v2.rst, "Core Interface Files", and
// cgroup-v1/freezer-subsystem.rst.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "minidock/cgroups/controller.hpp"

namespace minidock::cgroups {

/// The groups right below the one in `folder`.
std::vector<std::string> folders_below(const std::string& folder);

/// The processes of the group and of those below it. One that forks meanwhile may be missed.
std::vector<pid_t> processes_in(const std::string& folder);

/// Stops them all where they are, and comes back when they stand.
/// @throws SystemError (ETIMEDOUT) when one of them cannot be stopped; they then all go on
void freeze(const std::string& folder, Version version);
/// Lets them go on.
void thaw(const std::string& folder, Version version);
bool is_frozen(const std::string& folder, Version version);

/// Sends SIGKILL to all of them, also to those that are being forked. Does not wait for their end.
void kill_all(const std::string& folder, Version version);
/// How kill_all() does it where there is no cgroup.kill. Frozen, the processes cannot fork on while
/// they are being listed.
void kill_one_by_one(const std::string& folder, Version version);

/// @return false when there still are some after `timeout`
bool wait_until_empty(const std::string& folder, Version version,
                      std::chrono::milliseconds timeout);

}  // namespace minidock::cgroups
