// What a way of starting a command costs: how long until it is ready, what memory it holds, what
// it takes on the disk.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chapters/00-what-is-a-container/way.hpp"

namespace minidock::chapter00 {

/// The command that is measured: it says "ready", and then waits for input that never comes.
extern const std::vector<std::string> work;

/// What one way of starting the work costs.
struct Cost {
    std::string way;
    double start_ms = 0;      ///< from the call that starts it to the work's own word "ready"
    double memory_bytes = 0;  ///< the proportional set size (PSS) while the work waits
    std::string memory_of{};  ///< whose memory that is
    double disk_bytes = 0;    ///< the files that must be there for it
    std::string disk_of{};    ///< which files
};

/// The middle value; of an even number of values the mean of the two in the middle. A median
/// forgives a few runs that something else disturbed.
/// @throws BadParameter when there is none
double median(std::vector<double> values);

/// Looks up "Pss:" in the text of /proc/PID/smaps_rollup (proc(5)).
/// @return bytes
/// @throws BadParameter when the line is not there
std::uint64_t pss_in(std::string_view smaps_rollup);

/// The proportional set size of a process: its own pages, plus its share of each shared page.
/// @return bytes
/// @throws SystemError when the process is gone or may not be looked at
std::uint64_t pss_of(pid_t pid);

/// Starts the work each way `runs` times, in turns, so that what else the machine does meanwhile
/// disturbs all alike.
/// @return the medians, a way each
std::vector<Cost> measure(const std::vector<Way>& ways, int runs);

}  // namespace minidock::chapter00
