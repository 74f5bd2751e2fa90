#include "minidock/volumes/references.hpp"

#include <algorithm>
#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/base/log.hpp"
#include "minidock/volumes/mount_point.hpp"

namespace minidock::volumes {

namespace fs = std::filesystem;

// [references]
References find_references(const std::string& containers) {
    References references;
    std::error_code error;  // a container may be removed while we look
    fs::directory_iterator entry{containers, error};
    // lab 09.2: go from entry to entry; each is a container's folder, named by its id. Read its
    // mounts, and note the id with each volume among them, but only once.
    for (; !error && entry != fs::directory_iterator{}; entry.increment(error)) {
        const std::string id = entry->path().filename();
        for (const MountPoint& mount : load_mounts(entry->path())) {
            if (mount.type != MountType::volume) continue;
            std::vector<std::string>& users = references[mount.name];
            if (std::find(users.begin(), users.end(), id) == users.end()) users.push_back(id);
        }
    }
    return references;
    // end lab
}
// [/references]

}  // namespace minidock::volumes
