// Limits that a process carries with it: how many files, how much stack. See getrlimit(2).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace minidock::security {

/// One of process.rlimits in an OCI config.json.
struct Rlimit {
    std::string type;        ///< "RLIMIT_NOFILE"
    std::uint64_t soft = 0;  ///< in force; RLIM_INFINITY is 2^64-1
    std::uint64_t hard = 0;  ///< how far the process itself may raise `soft`
};

/// The number of a limit's name. @throws BadParameter for a name that getrlimit(2) does not have
int rlimit_number(const std::string& type);

/// Sets the caller's limits. Raising `hard` needs CAP_SYS_RESOURCE.
/// @throws SystemError naming the limit
void set_rlimits(const std::vector<Rlimit>& limits);

}  // namespace minidock::security
