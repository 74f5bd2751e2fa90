// The names of the kernel's flags, for the trace: as the headers write them, in strace's order.
#pragma once

#include <span>
#include <string>

#include "minidock/base/trace.hpp"

namespace minidock::kernel {

std::span<const trace::Flag> clone_flag_names();       ///< clone(2), unshare(2), setns(2)
std::span<const trace::Flag> mount_flag_names();       ///< mount(2)
std::span<const trace::Flag> umount_flag_names();      ///< umount2(2)
std::span<const trace::Flag> mount_attribute_names();  ///< mount_setattr(2)
std::span<const trace::Flag> open_tree_flag_names();   ///< open_tree(2)
std::span<const trace::Flag> move_mount_flag_names();  ///< move_mount(2)
std::span<const trace::Flag> path_flag_names();        ///< the AT_… flags of many calls

/// "SIGTERM"; the number where the kernel has no name for it (real-time signals).
std::string signal_name(int signal);
/// The signal that people and programs call "KILL", "SIGKILL", "kill" or "9" (signal(7)).
/// @throws BadParameter naming the text
int signal_number(const std::string& text);
/// The capabilities of capabilities(7) by number: the name of capability n is at index n.
std::span<const char* const> capability_names();
/// "CAP_NET_ADMIN"; the number for one that this build does not know.
std::string capability_name(int capability);
/// "RLIMIT_NOFILE" (getrlimit(2)).
std::string rlimit_name(int resource);
/// "PR_SET_NO_NEW_PRIVS" (prctl(2)), for the options that the wrappers use.
std::string prctl_name(int option);

}  // namespace minidock::kernel
