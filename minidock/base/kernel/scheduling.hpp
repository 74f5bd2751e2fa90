// The calls that decide when and how a process runs: sched_setattr(2), sched_setaffinity(2),
// ioprio_set(2), personality(2). One system call each; SystemError when the kernel refuses.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "minidock/base/trace.hpp"

namespace minidock::kernel {

/// struct sched_attr of sched_setattr(2), by name.
struct SchedulingAttributes {
    std::uint32_t policy = 0;  ///< SCHED_…
    std::uint64_t flags = 0;   ///< SCHED_FLAG_…
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime = 0;  ///< nanoseconds, as the next two
    std::uint64_t deadline = 0;
    std::uint64_t period = 0;
};

/// sched_setattr(2), for the caller.
void set_scheduling(const SchedulingAttributes& attributes, const Why& why);

/// sched_setaffinity(2).
/// @param pid 0 for the caller
void set_affinity(pid_t pid, const std::vector<unsigned>& processors, const Why& why);

/// ioprio_set(2), for the caller: a class (1 to 3) and a priority in it.
void set_io_priority(int priority_class, int priority, const Why& why);

/// personality(2), for the caller.
void set_personality(unsigned long personality, const Why& why);

}  // namespace minidock::kernel
