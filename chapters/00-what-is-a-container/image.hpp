// The smallest image there is: a folder with busybox in it. An image is files at rest; what runs
// on them comes in container.hpp and machine.hpp.
#pragma once

#include <cstdint>
#include <string>

namespace minidock::chapter00 {

/// The statically linked busybox of this machine: one program that is hundreds of commands.
/// @throws NotFound when there is none, saying which package brings it
std::string find_busybox();

/// Fills `folder` with an image: bin/busybox, a link in bin/ for each of its commands, and empty
/// proc/, dev/ and tmp/. What is there already stays.
/// @throws NotFound without a busybox; std::filesystem::filesystem_error when it cannot be written
void make_image(const std::string& folder);

/// What a file, or a folder with all that is in it, takes on the disk, in bytes: the blocks that
/// the file system has given it (st_blocks of stat(2)), not the lengths of the files.
/// @throws SystemError naming the path
std::uint64_t disk_usage(const std::string& path);

}  // namespace minidock::chapter00
