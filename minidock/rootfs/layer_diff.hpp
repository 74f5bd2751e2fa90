// The difference of two trees of files: what a container changed, and what a layer is made of.
//
// Two ways to know it. Two complete trees are compared name by name. An overlay's upper folder
// already is the difference: what is in it was added or changed, and whiteouts and opaque folders
// say what was deleted; only what it lies upon must be asked, "was this there before?".
#pragma once

#include <string>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/rootfs/whiteout.hpp"

namespace minidock::rootfs {

/// What happened to a file. The numbers are those of the Docker API (GET /containers/{id}/changes).
enum class ChangeKind { modified = 0, added = 1, deleted = 2 };

/// One changed file.
struct Change {
    ChangeKind kind = ChangeKind::modified;
    std::string path;  ///< from the root of the trees: "/etc/motd"

    bool operator==(const Change&) const = default;
};

/// Compares two complete trees. Files are the same when type, mode, owner, size, time of change and
/// device or link content are; their bytes are not read.
///
/// The changes come in the order of their paths. A folder with a change in it is modified itself,
/// as `docker diff` has it; of a folder that is gone only the top is listed.
std::vector<Change> compare_trees(const Fd& before, const Fd& after);

/// The changes that an overlay's upper folder holds.
/// @param lower the tree that it lies upon: one folder, or open_overlay() of several
std::vector<Change> changes_in_upper(const Fd& lower, const Fd& upper,
                                     Xattrs xattrs = Xattrs::trusted);

}  // namespace minidock::rootfs
