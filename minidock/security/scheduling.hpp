// How a container's process competes with others: process.scheduler, process.ioPriority and
// process.execCPUAffinity of an OCI config.json. See sched(7), ioprio_set(2).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "minidock/base/json.hpp"
#include "minidock/base/kernel/scheduling.hpp"

namespace minidock::security {

struct IoPriority {
    int priority_class = 0;  ///< 1 real-time, 2 best effort, 3 idle
    int priority = 0;        ///< 0 to 7; 0 goes first
};

struct Scheduling {
    std::optional<kernel::SchedulingAttributes> processor;
    std::optional<IoPriority> disk;
    std::vector<unsigned> initial_affinity;  ///< of exec's processes, before they enter the group
    std::vector<unsigned> final_affinity;    ///< … once they are in it
};

/// Reads the three members of `process`.
/// @throws BadParameter with the place of the fault
Scheduling parse_scheduling(const JsonReader& process);

/// "0-2,7": the numbers in a list of processors. @throws BadParameter naming the list
std::vector<unsigned> parse_processors(const std::string& list);

/// Sets the caller's policies. The real-time ones need CAP_SYS_NICE.
void set_scheduling(const Scheduling& scheduling);

}  // namespace minidock::security
