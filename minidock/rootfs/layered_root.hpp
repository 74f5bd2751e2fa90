// All of this chapter in one sequence: from some folders to the root of a process. Chapter 3's
// program runs it; a runtime (chapter 5) has the same steps, with what config.json says between.
#pragma once

#include <string>
#include <vector>

#include "minidock/rootfs/mounts.hpp"
#include "minidock/rootfs/overlay.hpp"

namespace minidock::rootfs {

/// A root made of layers, with what is mounted in it.
struct LayeredRoot {
    std::vector<std::string> layers;  ///< lowest first
    /// Where the writable layer is kept, as KEEP/upper and KEEP/work; empty: it is thrown away.
    std::string keep;
    std::vector<Mount> mounts;  ///< after those that every container has
    bool read_only = false;
};

/// Makes it the root of the calling process, which must be in a mount namespace of its own.
/// @param place  a folder, best an empty one, that is mounted over meanwhile
void enter_layered_root(const LayeredRoot& plan, const std::string& place);

/// "SOURCE:DESTINATION[:ro|rw]", as for `docker run -v`. The source is a path on the host.
/// @throws BadParameter naming the text
Mount parse_volume(const std::string& text);

}  // namespace minidock::rootfs
