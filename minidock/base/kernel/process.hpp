// The calls that make, change and end processes: clone3(2), unshare(2), setns(2), execve(2),
// pidfd_send_signal(2) and their kin. Each does one system call, throws SystemError when the
// kernel refuses, and explains itself to the trace.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/base/trace.hpp"

namespace minidock::kernel {

/// What clone3() gives: in the parent the child's PID and a descriptor for it (pidfd_open(2)),
/// in the child itself PID 0 and no descriptor.
struct Cloned {
    pid_t pid = 0;
    Fd pidfd;
    [[nodiscard]] bool in_child() const noexcept { return pid == 0; }
};

/// clone3(2) as a fork: the child runs on from here on a copy of the memory. Only for programs
/// with one thread, since the child inherits no other and may find their locks held.
/// @param flags  CLONE_NEW… and other flags; the child always signals SIGCHLD and gets a pidfd
/// @param cgroup  a cgroup v2 folder for the child to be born in (CLONE_INTO_CGROUP); -1 for ours
Cloned clone3(std::uint64_t flags, int cgroup, const Why& why);

/// unshare(2): gives the calling process namespaces of its own.
void unshare(std::uint64_t flags, const Why& why);

/// setns(2): moves the caller into a namespace (by its file) or into several of a process (by its
/// pidfd and CLONE_NEW… flags).
void setns(int fd, std::uint64_t flags, const Why& why);

/// execve(2): the process becomes another program. Comes back only by throwing.
[[noreturn]] void execve(const std::string& path, const std::vector<std::string>& arguments,
                         const std::vector<std::string>& environment, const Why& why);

/// The null-terminated array that execve(2) and posix_spawn(3) take; it points into `strings`.
std::vector<char*> pointers_to(const std::vector<std::string>& strings);

/// pidfd_open(2): a descriptor that stands for this process and no later one of the same PID.
/// (Looking, not changing: not in the trace.)
Fd pidfd_open(pid_t pid);

/// pidfd_send_signal(2).
/// @return false when the process is gone (ESRCH)
bool pidfd_send_signal(int pidfd, int signal, const Why& why);

/// kill(2).
/// @return false when the process is gone (ESRCH)
bool kill(pid_t pid, int signal, const Why& why);

/// setsid(2): the caller leads a session without a terminal.
void setsid(const Why& why);

/// ioctl(2), TIOCSCTTY: the terminal on `fd` becomes the session's controlling terminal.
void set_controlling_terminal(int fd, const Why& why);

/// sethostname(2), in the caller's UTS namespace.
void sethostname(const std::string& name, const Why& why);

/// setdomainname(2), in the caller's UTS namespace.
void setdomainname(const std::string& name, const Why& why);

/// close_range(2), CLOSE_RANGE_CLOEXEC: no descriptor from `first` on is inherited by a program.
void close_on_exec_from(int first, const Why& why);

/// keyctl(2), KEYCTL_JOIN_SESSION_KEYRING: a session keyring of its own, of this name.
/// @return false where the kernel has no keyrings, or their number is used up
bool join_session_keyring(const std::string& name, const Why& why);

/// prctl(2) with one value; the option's name is known to the trace.
void prctl(int option, unsigned long value, const Why& why);

}  // namespace minidock::kernel
