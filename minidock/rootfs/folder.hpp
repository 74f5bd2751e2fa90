// Walking a tree of files by descriptors, from folder to folder, following no link: the tree may be
// a container's, and change while it is walked. See openat(2), readdir(3).
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <vector>

#include "minidock/base/fd.hpp"

namespace minidock::rootfs {

/// The names in a folder, sorted, without "." and "..".
std::vector<std::string> names_in(const Fd& folder);

/// Opens `name`, one part of a path, in `folder`; O_NOFOLLOW and O_CLOEXEC are added.
Fd open_below(const Fd& folder, const std::string& name, int flags, mode_t mode = 0);

/// What `name` in `folder` is; nothing when it is not there.
std::optional<struct stat> look_at(const Fd& folder, const std::string& name);

/// What the link `name` in `folder` says.
std::string link_content(const Fd& folder, const std::string& name);

}  // namespace minidock::rootfs
