// How an overlay's upper folder says that something below is gone. A whiteout stands for one name:
// a character device 0:0. An opaque folder hides all that lower folders have under its name: it
// carries an extended attribute. See overlayfs.rst, "whiteouts and opaque directories".
//
// (In a layer's archive the same is said by files called ".wh.NAME" and ".wh..wh..opq"; chapter 6
// translates.)
#pragma once

#include <sys/stat.h>

#include <string>

#include "minidock/base/fd.hpp"

namespace minidock::rootfs {

/// Whose extended attributes the overlay uses: "trusted.overlay.…", which only root may set, or, in
/// a user namespace (mount option "userxattr"), "user.overlay.…".
enum class Xattrs { trusted, user };

/// Is this entry of an upper folder a whiteout?
bool is_whiteout(const struct stat& entry);

/// Does this folder hide what lower folders have under its name?
bool is_opaque(const Fd& folder, Xattrs xattrs = Xattrs::trusted);

/// Puts a whiteout for `name` into an upper folder.
void make_whiteout(const Fd& folder, const std::string& name);

/// Makes a folder opaque. It must be open for reading (not O_PATH).
void make_opaque(const Fd& folder, Xattrs xattrs = Xattrs::trusted);

}  // namespace minidock::rootfs
