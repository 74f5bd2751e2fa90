// The calls that decide who a process is and what it may do: setresuid(2), setgroups(2),
// capset(2), prlimit(2), umask(2). One system call each; SystemError when the kernel refuses.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "minidock/base/trace.hpp"

namespace minidock::kernel {

/// setresuid(2) with one user for real, effective and saved.
void set_user(uid_t uid, const Why& why);

/// setresgid(2) with one group for real, effective and saved.
void set_group(gid_t gid, const Why& why);

/// setgroups(2): the supplementary groups.
void set_groups(const std::vector<gid_t>& groups, const Why& why);

/// Three of the five capability sets of capabilities(7); bit n is capability n.
struct CapabilitySets {
    std::uint64_t effective = 0;
    std::uint64_t permitted = 0;
    std::uint64_t inheritable = 0;
};

/// capset(2), for the caller.
void capset(const CapabilitySets& sets, const Why& why);

/// prctl(2), PR_CAPBSET_DROP: no program started from here can gain this capability again.
void drop_from_bounding_set(int capability, const Why& why);

/// prctl(2), PR_CAP_AMBIENT_RAISE: the capability survives the execve(2) of an ordinary program.
void raise_ambient(int capability, const Why& why);

/// prctl(2), PR_CAP_AMBIENT_CLEAR_ALL.
void clear_ambient(const Why& why);

/// prlimit(2) for the caller.
/// @param resource RLIMIT_…
void set_rlimit(int resource, const rlimit& limit, const Why& why);

/// seccomp(2), SECCOMP_SET_MODE_FILTER.
/// @param instructions an array of sock_filter, by its bytes
/// @param flags SECCOMP_FILTER_FLAG_…
/// @return with SECCOMP_FILTER_FLAG_NEW_LISTENER, a descriptor for seccomp_unotify(2)
int set_seccomp_filter(const std::string& instructions, unsigned flags, const Why& why);

/// umask(2).
/// @return the mask that there was before
mode_t umask(mode_t mask, const Why& why);

}  // namespace minidock::kernel
