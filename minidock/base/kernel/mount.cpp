#include "minidock/base/kernel/mount.hpp"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/names.hpp"

namespace minidock::kernel {

using trace::Arguments;
using trace::traced;

namespace {

const char* or_null(const std::string& s) {
    return s.empty() ? nullptr : s.c_str();
}

/// "mount overlay on /x", "bind /a on /b", "remount /x", "make /x private or shared".
std::string attempt(const MountCall& call) {
    if (call.flags & MS_REMOUNT) return "remount " + call.target;
    if (call.flags & MS_BIND) return "bind " + call.source + " on " + call.target;
    if (call.flags & (MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE)) {
        return "set the propagation of " + call.target;
    }
    if (call.flags & MS_MOVE) return "move the mount " + call.source + " to " + call.target;
    return "mount " + call.type + " on " + call.target;
}

}  // namespace

void mount(const MountCall& call, const Why& why) {
    const int result = traced(
        "mount", why,
        [&] {
            return ::mount(or_null(call.source), call.target.c_str(), or_null(call.type),
                           call.flags, or_null(call.data));
        },
        [&](Arguments& a) {
            a.text(or_null(call.source)).text(call.target).text(or_null(call.type));
            a.flags(call.flags, mount_flag_names()).text(or_null(call.data));
        });
    if (result < 0) throw SystemError(attempt(call));
}

void umount(const std::string& target, int flags, const Why& why) {
    const int result = traced(
        "umount2", why, [&] { return ::umount2(target.c_str(), flags); },
        [&](Arguments& a) {
            a.text(target).flags(static_cast<std::uint64_t>(flags), umount_flag_names());
        });
    if (result < 0) throw SystemError("unmount " + target);
}

void pivot_root(const std::string& new_root, const std::string& put_old, const Why& why) {
    const long result = traced(
        "pivot_root", why,
        [&] { return ::syscall(SYS_pivot_root, new_root.c_str(), put_old.c_str()); },
        [&](Arguments& a) { a.text(new_root).text(put_old); });
    if (result < 0) throw SystemError("pivot the root to " + new_root);
}

void chroot(const std::string& path, const Why& why) {
    const int result = traced(
        "chroot", why, [&] { return ::chroot(path.c_str()); }, [&](Arguments& a) { a.text(path); });
    if (result < 0) throw SystemError("change the root to " + path);
}

void chdir(const std::string& path, const Why& why) {
    const int result = traced(
        "chdir", why, [&] { return ::chdir(path.c_str()); }, [&](Arguments& a) { a.text(path); });
    if (result < 0) throw SystemError("change the working directory to " + path);
}

void fchdir(int fd, const Why& why) {
    const int result = traced(
        "fchdir", why, [&] { return ::fchdir(fd); }, [&](Arguments& a) { a.fd(fd); });
    if (result < 0) throw SystemError("change the working directory to an open folder");
}

Fd open_tree(int at, const std::string& path, unsigned flags, const Why& why) {
    flags |= OPEN_TREE_CLOEXEC;
    const int fd = traced(
        "open_tree", why, [&] { return ::open_tree(at, path.c_str(), flags); },
        [&](Arguments& a) { a.fd(at).text(path).flags(flags, open_tree_flag_names()); });
    if (fd < 0) throw SystemError("open the mount at " + path);
    return Fd{fd};
}

void attach_mount(int from, int onto, const Why& why) {
    constexpr unsigned flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
    const int result = traced(
        "move_mount", why, [&] { return ::move_mount(from, "", onto, "", flags); },
        [&](Arguments& a) {
            a.fd(from).text("").fd(onto).text("").flags(flags, move_mount_flag_names());
        });
    if (result < 0) throw SystemError("attach a mount");
}

void mount_setattr(int fd, bool recursive, std::uint64_t set, std::uint64_t clear, const Why& why) {
    ::mount_attr attributes{};
    attributes.attr_set = set;
    attributes.attr_clr = clear;
    const unsigned flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0U);
    const int result = traced(
        "mount_setattr", why,
        [&] { return ::mount_setattr(fd, "", flags, &attributes, sizeof attributes); },
        [&](Arguments& a) {
            a.fd(fd).text("").flags(flags, path_flag_names());
            a.flags(set, mount_attribute_names()).flags(clear, mount_attribute_names());
        });
    if (result < 0) throw SystemError("set the attributes of a mount");
}

}  // namespace minidock::kernel
