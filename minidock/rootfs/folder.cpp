#include "minidock/rootfs/folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <memory>

#include "minidock/base/error.hpp"

namespace minidock::rootfs {

std::vector<std::string> names_in(const Fd& folder) {
    // Opened anew: reading moves a descriptor's position, and O_PATH descriptors cannot be read.
    Fd readable = open_below(folder, ".", O_RDONLY | O_DIRECTORY);
    const std::unique_ptr<DIR, int (*)(DIR*)> stream{::fdopendir(readable.get()), ::closedir};
    if (stream == nullptr) throw SystemError("read a folder");
    (void)readable.release();  // the stream's now
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(stream.get())) {
        std::string name{entry->d_name};
        if (name != "." && name != "..") names.push_back(std::move(name));
    }
    std::ranges::sort(names);
    return names;
}

Fd open_below(const Fd& folder, const std::string& name, int flags, mode_t mode) {
    Fd fd{::openat(folder.get(), name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC, mode)};
    if (!fd) throw SystemError("open " + name);
    return fd;
}

std::optional<struct stat> look_at(const Fd& folder, const std::string& name) {
    struct stat info {};
    if (::fstatat(folder.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) return info;
    if (errno != ENOENT) throw SystemError("look at " + name);
    return std::nullopt;
}

std::string link_content(const Fd& folder, const std::string& name) {
    std::array<char, PATH_MAX> content{};
    const ssize_t length = ::readlinkat(folder.get(), name.c_str(), content.data(), content.size());
    if (length < 0) throw SystemError("read the link " + name);
    return {content.data(), static_cast<std::size_t>(length)};
}

}  // namespace minidock::rootfs
