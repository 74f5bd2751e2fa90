// Which namespaces a process is in, as /proc/PID/ns shows it. See namespaces(7).
#pragma once

#include <sys/types.h>

#include <map>
#include <string>

#include "minidock/namespaces/kind.hpp"

namespace minidock::namespaces {

/// "/proc/PID/ns/mnt" and so on. Opening it gives a descriptor for setns(2).
std::string namespace_file(pid_t pid, Kind kind);

/// What identifies a namespace on this machine: the inode number of its file. Two processes share
/// a namespace when they show the same number.
using NamespaceId = std::uint64_t;

/// The namespaces of a process. Kinds that this kernel does not have are left out.
/// @throws SystemError when there is no such process, or it may not be looked at
std::map<Kind, NamespaceId> namespaces_of(pid_t pid);

}  // namespace minidock::namespaces
