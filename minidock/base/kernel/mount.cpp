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
    const std::string& target = call.place.empty() ? call.target : call.place;
    if (call.flags & MS_REMOUNT) return "remount " + target;
    if (call.flags & MS_BIND) return "bind " + call.source + " on " + target;
    if (call.flags & (MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE)) {
        return "set the propagation of " + target;
    }
    if (call.flags & MS_MOVE) return "move the mount " + call.source + " to " + target;
    return "mount " + call.type + " on " + target;
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
            a.text(or_null(call.source)).target(call.target, call.place);
            a.text(or_null(call.type));
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

void mount_setattr(int fd, bool recursive, const MountAttributes& attributes, const Why& why) {
    ::mount_attr request{};
    request.attr_set = attributes.set;
    request.attr_clr = attributes.clear;
    request.propagation = attributes.propagation;
    if (attributes.user_namespace >= 0) {
        request.userns_fd = static_cast<std::uint64_t>(attributes.user_namespace);
    }
    const unsigned flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0U);
    const int result = traced(
        "mount_setattr", why,
        [&] { return ::mount_setattr(fd, "", flags, &request, sizeof request); },
        [&](Arguments& a) {
            Arguments set, clear, propagation;
            set.flags(request.attr_set, mount_attribute_names());
            clear.flags(request.attr_clr, mount_attribute_names());
            propagation.flags(request.propagation, mount_flag_names());
            a.fd(fd).text("").flags(flags, path_flag_names());
            a.word("{attr_set=" + set.str()).word("attr_clr=" + clear.str());
            a.word("propagation=" + propagation.str() + "}").number(sizeof request);
        });
    if (result < 0) throw SystemError("set the attributes of a mount");
}

}  // namespace minidock::kernel
