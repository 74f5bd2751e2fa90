// The socket at which the daemon's clients call. See unix(7).
#pragma once

#include <string>

#include "minidock/base/fd.hpp"

namespace minidock::http {

/// Listens on `path`, open to root and, where it exists, to the group `group`. A socket that
/// nobody serves any more is replaced.
/// @throws Conflict when another daemon answers there, SystemError when the kernel refuses
Fd listen_for_clients(const std::string& path, const std::string& group);

}  // namespace minidock::http
