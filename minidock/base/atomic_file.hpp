// Files that are there whole or not at all. A reader, or the engine after a crash, never sees a
// half-written one: the new content goes to a temporary file beside it, and rename(2) puts it in
// place in one step.
#pragma once

#include <string>
#include <string_view>

namespace minidock {

/// What must still be true after the power has failed.
enum class Durability {
    /// The new content is on the disk before the call returns: fsync(2) of file and folder.
    power_loss,
    /// A crash of the engine leaves the old content or the new; after a power loss it may be gone.
    /// For what means nothing any more after a reboot.
    crash,
};

/// Replaces the content of `path`, or makes the file.
/// @throws SystemError naming the path; the old content is then untouched
void write_atomically(const std::string& path, std::string_view content, Durability durability);

}  // namespace minidock
