#include "minidock/rootfs/layer_diff.hpp"

#include <fcntl.h>

#include <algorithm>
#include <optional>

#include "minidock/rootfs/folder.hpp"

namespace minidock::rootfs {
namespace {

/// What it means that the newer folder has no entry of a name that the older one has.
enum class Missing {
    unchanged,  ///< nothing: an upper folder holds only what differs
    deleted,    ///< it is gone: the folder is complete
};

bool same_metadata(const struct stat& a, const struct stat& b) {
    return a.st_mode == b.st_mode && a.st_uid == b.st_uid && a.st_gid == b.st_gid;
}

bool same_time(const timespec& a, const timespec& b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

Fd open_folder(const Fd& parent, const std::string& name) {
    return open_below(parent, name, O_RDONLY | O_DIRECTORY);
}

class Walk {
  public:
    Walk(std::vector<Change>& changes, Xattrs xattrs) : changes_{changes}, xattrs_{xattrs} {}

    /// Everything in the folder `path` that differs.
    void folder(const Fd& before, const Fd& after, const std::string& path, Missing missing) {
        // An opaque folder lies upon nothing: it is complete.
        if (missing == Missing::unchanged && is_opaque(after, xattrs_)) missing = Missing::deleted;
        for (const std::string& name : names(before, after, missing))
            entry(before, after, path, name, missing);
    }

  private:
    static std::vector<std::string> names(const Fd& before, const Fd& after, Missing missing) {
        std::vector<std::string> all = names_in(after);
        if (missing == Missing::unchanged) return all;
        const auto after_count = static_cast<std::ptrdiff_t>(all.size());
        std::ranges::move(names_in(before), std::back_inserter(all));
        std::inplace_merge(all.begin(), all.begin() + after_count, all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        return all;
    }

    // [diff-entry]
    void entry(const Fd& before, const Fd& after, const std::string& parent,
               const std::string& name, Missing missing) {
        const std::string path = parent + "/" + name;
        const auto old_info = look_at(before, name);
        const auto new_info = look_at(after, name);
        if (!new_info || is_whiteout(*new_info)) {
            // A whiteout may lie on nothing, when a file was made and deleted again.
            if (old_info) note(ChangeKind::deleted, path);
        } else if (!old_info) {
            note(ChangeKind::added, path);
            if (S_ISDIR(new_info->st_mode)) all_added(open_folder(after, name), path);
        } else if (S_ISDIR(old_info->st_mode) && S_ISDIR(new_info->st_mode)) {
            const std::size_t place = changes_.size();
            folder(open_folder(before, name), open_folder(after, name), path, missing);
            const bool inside = changes_.size() > place;
            if (inside || !same_metadata(*old_info, *new_info)) insert(place, path);
        } else {
            const bool copied_up = missing == Missing::unchanged;
            if (copied_up || !same(before, *old_info, after, *new_info, name)) {
                note(ChangeKind::modified, path);
            }
            if (S_ISDIR(new_info->st_mode)) all_added(open_folder(after, name), path);
        }
    }
    // [/diff-entry]

    void all_added(const Fd& folder, const std::string& path) {
        for (const std::string& name : names_in(folder)) {
            const auto info = look_at(folder, name);
            if (!info || is_whiteout(*info)) continue;
            note(ChangeKind::added, path + "/" + name);
            if (S_ISDIR(info->st_mode)) all_added(open_folder(folder, name), path + "/" + name);
        }
    }

    static bool same(const Fd& before, const struct stat& old_info, const Fd& after,
                     const struct stat& new_info, const std::string& name) {
        if (!same_metadata(old_info, new_info)) return false;
        if (S_ISLNK(new_info.st_mode))
            return link_content(before, name) == link_content(after, name);
        return old_info.st_rdev == new_info.st_rdev && old_info.st_size == new_info.st_size &&
               same_time(old_info.st_mtim, new_info.st_mtim);
    }

    void note(ChangeKind kind, const std::string& path) { changes_.push_back({kind, path}); }

    /// A folder stands before what is in it, though it is known to have changed only afterwards.
    void insert(std::size_t place, const std::string& path) {
        changes_.insert(changes_.begin() + static_cast<std::ptrdiff_t>(place),
                        {ChangeKind::modified, path});
    }

    std::vector<Change>& changes_;
    Xattrs xattrs_;
};

}  // namespace

std::vector<Change> compare_trees(const Fd& before, const Fd& after) {
    std::vector<Change> changes;
    Walk{changes, Xattrs::trusted}.folder(before, after, "", Missing::deleted);
    return changes;
}

std::vector<Change> changes_in_upper(const Fd& lower, const Fd& upper, Xattrs xattrs) {
    std::vector<Change> changes;
    Walk{changes, xattrs}.folder(lower, upper, "", Missing::unchanged);
    return changes;
}

}  // namespace minidock::rootfs
