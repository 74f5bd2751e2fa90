// What a create request says about mounts, in the three ways in which it can be said:
//
//   HostConfig.Binds    "SOURCE:DESTINATION:MODE", of `docker run -v`
//   HostConfig.Mounts   objects, of `docker run --mount`
//   Config.Volumes      destinations only, of `docker run -v /x` and of the image
//
// The words of the refusals are Docker's, because clients show them and scripts look for them.
#pragma once

#include <string>

#include "minidock/volumes/mount_point.hpp"
#include "minidock/volumes/volume.hpp"

namespace minidock::volumes {

/// A mount, and the volume that it needs if its type is that.
struct MountRequest {
    MountPoint mount;
    VolumeWish volume = {};
};

/// @param volume_driver  HostConfig.VolumeDriver
/// @throws BadParameter
MountRequest parse_bind(const std::string& text, const std::string& volume_driver = {});

/// An element of Mounts.
/// @throws BadParameter, Unsupported
MountRequest parse_mount(const JsonReader& mount);

/// An anonymous volume.
MountRequest anonymous_volume(const std::string& destination);

/// A path in a container in its shortest form: "/a/./b/" is "/a/b".
/// @throws BadParameter when it is not absolute, or "/"
std::string parse_destination(const std::string& path, const std::string& type);

/// What stands behind the second colon: "ro,z,nocopy". Sets the mount's fields.
/// @throws BadParameter for an unknown word, or one that contradicts another or the mount's type
void apply_mode(MountPoint& mount, const std::string& mode);

}  // namespace minidock::volumes
