// A folder as an initial RAM disk: the cpio archive from which a Linux kernel fills its first root
// file system. The format is "newc" of cpio(5); the kernel's
// Documentation/driver-api/early-userspace describes it too.
#pragma once

#include <string>

namespace minidock::chapter00 {

/// Packs `folder` as a cpio archive, with the script `init` as /init (the program that the kernel
/// starts) and a /dev/console for it to speak to.
/// @throws SystemError, or std::filesystem::filesystem_error, when a file cannot be read
std::string pack_initrd(const std::string& folder, const std::string& init);

}  // namespace minidock::chapter00
