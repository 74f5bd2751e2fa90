// Which system calls a process may make: a filter that the kernel runs before each of them.
// See seccomp(2), seccomp_init(3), and the OCI runtime specification, config-linux.md, "Seccomp".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/base/json.hpp"

namespace minidock::security {

/// What happens to a call, by its OCI name ("SCMP_ACT_ALLOW"); `error` is what SCMP_ACT_ERRNO
/// makes the call return, and SCMP_ACT_TRACE tell the tracer.
struct SeccompAction {
    std::string name;
    std::uint16_t error = 1;  ///< EPERM
    bool operator==(const SeccompAction&) const = default;
};

/// A condition on one argument of a call.
struct ArgumentTest {
    unsigned index = 0;           ///< 0 to 5
    std::string op;               ///< "SCMP_CMP_EQ", …
    std::uint64_t value = 0;      ///< for SCMP_CMP_MASKED_EQ the mask
    std::uint64_t value_two = 0;  ///< for SCMP_CMP_MASKED_EQ what must be left under the mask
};

/// What applies to some calls when all conditions hold.
struct SyscallRule {
    std::vector<std::string> names;
    SeccompAction action;
    std::vector<ArgumentTest> args;
};

/// linux.seccomp of an OCI config.json.
struct SeccompFilter {
    SeccompAction default_action;
    std::vector<std::string> architectures;  ///< beside this machine's own
    std::vector<std::string> flags;
    std::vector<SyscallRule> rules;
    std::string listener_path;      ///< the socket of who decides the calls of SCMP_ACT_NOTIFY
    std::string listener_metadata;  ///< told to them as it is
};

/// Reads linux.seccomp.
/// @throws BadParameter with the place of the fault
SeccompFilter parse_seccomp(const JsonReader& document);

/// A filter as the kernel takes it: instructions for its BPF machine.
struct SeccompProgram {
    std::string instructions;  ///< an array of sock_filter, by its bytes
    unsigned flags = 0;        ///< SECCOMP_FILTER_FLAG_…
};

/// The flags of a filter, as numbers. @throws BadParameter for an unknown one
unsigned flags_of(const SeccompFilter& filter);

/// Translates a filter. Calls that this machine does not know are left out: nobody can make them.
SeccompProgram compile(const SeccompFilter& filter);

/// Puts the caller, and all that it will start, under the filter, for good. Needs no_new_privs or
/// CAP_SYS_ADMIN.
/// @return the descriptor by which a listener decides calls (seccomp_unotify(2)), if the filter has
///         SCMP_ACT_NOTIFY
Fd install(const SeccompProgram& program);

/// The names of actions, comparisons and flags, for `minirun features`.
std::vector<std::string> seccomp_actions();
std::vector<std::string> seccomp_comparisons();
std::vector<std::string> seccomp_flags();

}  // namespace minidock::security
