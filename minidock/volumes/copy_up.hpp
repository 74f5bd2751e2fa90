// What the image has at a volume's place becomes the volume's first content.
#pragma once

#include <string>

#include "minidock/base/fd.hpp"
#include "minidock/rootfs/open_in_root.hpp"

namespace minidock::volumes {

/// A folder in a container's root, for reading, as the container would see it: no link in the image
/// leads out of it.
/// @return none when there is no folder
Fd find_folder_in_root(const Fd& root, const rootfs::PathInRoot& path);

/// Fills an empty volume with a copy of `content`, owners, modes, times and attributes included,
/// also those of the folder itself. A volume with anything in it is left as it is.
/// @param volume  volumes/NAME
/// @param alone   nobody else has the volume mounted: the copy is made beside it and put in its
///                place at once, so that a crash of the engine leaves an empty volume or a full one
void copy_up(const Fd& content, const std::string& volume, bool alone);

}  // namespace minidock::volumes
