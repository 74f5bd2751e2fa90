// The calls that make the entries of a container's file system and write to the kernel's own
// files (/proc, cgroups): mkdirat(2), mknodat(2), symlinkat(2), fsetxattr(2), write(2). One system
// call each, or open and write together; SystemError when the kernel refuses.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "minidock/base/fd.hpp"
#include "minidock/base/trace.hpp"

namespace minidock::kernel {

/// mkdirat(2).
/// @return false when something of this name is there already
bool mkdir(int at, const std::string& path, mode_t mode, const Why& why);

/// unlinkat(2) with AT_REMOVEDIR.
/// @return false when it is not there
bool rmdir(int at, const std::string& path, const Why& why);

/// mknodat(2).
/// @param mode the type (S_IFCHR, S_IFIFO, S_IFREG) and the permissions
/// @return false when something of this name is there already
bool mknod(int at, const std::string& path, mode_t mode, dev_t device, const Why& why);

/// symlinkat(2).
/// @return false when something of this name is there already
bool symlink(const std::string& content, int at, const std::string& path, const Why& why);

/// fchownat(2), without following a link.
void chown(int at, const std::string& path, uid_t uid, gid_t gid, const Why& why);

/// The same for a file that is open (AT_EMPTY_PATH).
void chown_open_file(int fd, uid_t uid, gid_t gid, const Why& why);

/// fsetxattr(2): sets an extended attribute (xattr(7)) of an open file.
void set_xattr(int fd, const std::string& name, std::string_view value, const Why& why);

/// Opens a file of the kernel's and writes `text` with one write(2), which is how these files
/// take a value: whole, or not at all.
void write_file(const std::string& path, std::string_view text, const Why& why);
/// The same, for a file in the folder `at`.
void write_file(int at, const std::string& name, std::string_view text, const Why& why);
/// The same, for a file that is open; `path` is for the error.
void write_open_file(int fd, std::string_view text, const std::string& path, const Why& why);

}  // namespace minidock::kernel
