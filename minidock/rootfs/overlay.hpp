// Overlay file systems: folders laid over one another, shown as one tree. The lower ones are only
// read; what is written goes to the upper one. See Documentation/filesystems/overlayfs.rst.
#pragma once

#include <string>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/rootfs/whiteout.hpp"

namespace minidock::rootfs {

/// The folders of an overlay.
struct Overlay {
    std::vector<std::string> lower;  ///< lowest first, as an image lists its layers
    std::string upper;               ///< takes what is written; empty: the overlay is read-only
    std::string work;                ///< an empty folder on the same file system as `upper`
    /// The upper folder will be thrown away ("volatile"): fsync(2) inside costs nothing, and
    /// unmounting does not wait for the disk. The kernel refuses to use the folder again until
    /// work/incompat/volatile is removed.
    bool discard = false;
    Xattrs xattrs = Xattrs::trusted;
};

/// Mounts the overlay. A lower list that is too long for mount(2)'s one page of options, or names
/// that would need quoting in there, are passed as descriptors ("/proc/self/fd/7").
/// @param target an existing folder
/// @throws Unsupported when the kernel has no overlayfs; BadParameter when there are too many
///         lower folders; SystemError with what is known of the reason
void mount_overlay(const Overlay& overlay, const std::string& target);

/// The overlay as a detached mount that no mount namespace shows: a folder to look into (openat(2))
/// that is gone when the descriptor is closed. For the files of a container that does not run.
/// Safe to call beside other threads.
Fd open_overlay(const Overlay& overlay);

}  // namespace minidock::rootfs
