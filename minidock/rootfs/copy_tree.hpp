// Copying a tree of files from one folder to another, by descriptors: what a tmpfs with the option
// "tmpcopyup" begins with, and a volume that is empty (chapter 9).
#pragma once

#include "minidock/base/fd.hpp"

namespace minidock::rootfs {

/// Copies what is in the folder `from` into the folder `to`: folders, files, symbolic links and
/// FIFOs, with mode, owner, times and extended attributes; several names of one file stay so. No
/// link is followed. Sockets and devices are left out.
/// @throws SystemError naming the file
void copy_tree(const Fd& from, const Fd& to);

/// Gives the folder `to` the owner, mode, times and extended attributes of `from`.
void copy_folder_metadata(const Fd& from, const Fd& to);

}  // namespace minidock::rootfs
