#include "minidock/image/remove_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <vector>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"

namespace minidock::image {
namespace {

Fd open_folder(int at, const std::string& name) {
    Fd fd{::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!fd) throw SystemError("open the folder " + name + " to remove it");
    return fd;
}

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

bool is_dots(const std::string& name) {
    return name == "." || name == "..";
}

/// Unlinks what is in the folder, up to the first folder in it that is not empty.
/// @return that one's name; none when nothing is left
std::optional<std::string> empty_folder(int folder) {
    const int own = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (own < 0) throw SystemError("open a folder to remove it");
    const std::unique_ptr<DIR, CloseFolder> entries{::fdopendir(own)};
    while (const dirent* entry = ::readdir(entries.get())) {
        const std::string name = entry->d_name;
        if (is_dots(name)) continue;
        if (entry->d_type != DT_DIR && ::unlinkat(folder, name.c_str(), 0) == 0) continue;
        if (::unlinkat(folder, name.c_str(), AT_REMOVEDIR) == 0) continue;
        if (errno == ENOTEMPTY || errno == EEXIST) return name;
        throw SystemError("remove " + name);
    }
    return std::nullopt;
}

}  // namespace

void remove_tree(int at, const std::string& name) {
    if (::unlinkat(at, name.c_str(), 0) == 0 || errno == ENOENT) return;
    if (errno != EISDIR && errno != EPERM) throw SystemError("remove " + name);

    std::vector<std::string> path{name};
    Fd folder = open_folder(at, name);
    while (!path.empty()) {
        if (const auto inner = empty_folder(folder.get())) {
            folder = open_folder(folder.get(), *inner);
            path.push_back(*inner);
            continue;
        }
        Fd above = path.size() == 1 ? open_folder(at, ".") : open_folder(folder.get(), "..");
        if (::unlinkat(above.get(), path.back().c_str(), AT_REMOVEDIR) < 0) {
            throw SystemError("remove the folder " + path.back());
        }
        folder = std::move(above);
        path.pop_back();
    }
}

}  // namespace minidock::image
