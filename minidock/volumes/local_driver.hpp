// The driver "local": a volume is a folder, or what mount(8) would mount there with the volume's
// options type, o and device. So `--opt type=tmpfs --opt device=tmpfs --opt o=size=10m` is a tmpfs
// that containers share, and `--opt type=none --opt o=bind --opt device=/srv` a folder of the
// host's under a name.
#pragma once

#include "minidock/volumes/volume.hpp"

namespace minidock::volumes {

/// @throws BadParameter, Unsupported for options that are not the driver's
void check_options(const StringMap& options);

/// Whether the volume is more than a folder.
[[nodiscard]] bool needs_mount(const Volume& volume);

/// Mounts what the options say on the volume's folder, unless it is mounted already.
/// @throws BadParameter with what stands against it, in one line
void mount_volume(const Volume& volume, const std::string& folder);

/// Unmounts it if it is mounted.
void unmount_volume(const std::string& folder);

/// Whether something is mounted on this path (statx(2), STATX_ATTR_MOUNT_ROOT).
[[nodiscard]] bool is_mount_point(const std::string& path);

}  // namespace minidock::volumes
