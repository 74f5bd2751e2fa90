#include "minidock/rootfs/open_in_root.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/file.hpp"
#include "minidock/rootfs/folder.hpp"

namespace minidock::rootfs {
namespace {

/// As many links as the kernel follows in one path (path_resolution(7)).
constexpr int max_links = 40;

// [open-in-root]
/// @return a negative number, with errno set, when the kernel refuses
int try_open(const Fd& root, const PathInRoot& path, int flags) {
    // lab 03.3: fill in struct open_how and make the call (there is no wrapper in libc), so that
    // no path leads out of `root`. EAGAIN means that something was renamed meanwhile: try again.
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    long fd = -1;
    do {
        fd = ::syscall(SYS_openat2, root.get(), path.text.c_str(), &how, sizeof how);
    } while (fd < 0 && errno == EAGAIN);
    return static_cast<int>(fd);
    // end lab
}
// [/open-in-root]

[[noreturn]] void refuse(const PathInRoot& path) {
    if (errno == ENOSYS) {
        throw Unsupported("this kernel has no openat2(2): a container's root needs Linux 5.6");
    }
    throw SystemError("open " + path.text + " in the container's root");
}

struct Split {
    std::string folder;
    std::string name;
};

Split split(std::string path) {
    while (path.size() > 1 && path.back() == '/')
        path.pop_back();
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return {"", path};
    return {path.substr(0, slash), path.substr(slash + 1)};
}

// [make-mount-point]
Fd make(const Fd& root, const PathInRoot& path, MountPoint kind, int links_left) {
    const int flags = kind == MountPoint::folder ? O_PATH | O_DIRECTORY : O_PATH;
    if (Fd there = find_in_root(root, path, flags)) return there;

    const auto [folder, name] = split(path.text);
    const Fd parent = make(root, {folder.empty() ? "/" : folder}, MountPoint::folder, links_left);
    // mkdirat(2) and mknodat(2) follow no link in the last part of a name, and have no other part
    // here: what they make is inside.
    const Why why{3, "a place inside the container's root to mount on"};
    const bool made = kind == MountPoint::folder
                          ? kernel::mkdir(parent.get(), name, 0755, why)
                          : kernel::mknod(parent.get(), name, S_IFREG | 0644, 0, why);
    if (Fd there = find_in_root(root, path, flags)) return there;

    // The name is there and leads nowhere: a link to something missing. Make that instead.
    if (made || links_left == 0) throw SystemError("open " + path.text, ELOOP);
    const std::string target = link_content(parent, name);
    const std::string from = target.starts_with('/') ? "" : folder + "/";
    return make(root, {from + target}, kind, links_left - 1);
}
// [/make-mount-point]

}  // namespace

Fd open_root(const std::string& folder) {
    return open_file(folder, O_PATH | O_DIRECTORY);
}

Fd open_in_root(const Fd& root, const PathInRoot& path, int flags) {
    Fd fd{try_open(root, path, flags)};
    if (!fd) refuse(path);
    return fd;
}

Fd find_in_root(const Fd& root, const PathInRoot& path, int flags) {
    Fd fd{try_open(root, path, flags)};
    if (!fd && errno != ENOENT) refuse(path);
    return fd;
}

Fd make_mount_point(const Fd& root, const PathInRoot& path, MountPoint kind) {
    return make(root, path, kind, max_links);
}

}  // namespace minidock::rootfs
