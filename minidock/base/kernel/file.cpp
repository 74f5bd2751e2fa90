#include "minidock/base/kernel/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/names.hpp"

namespace minidock::kernel {

using trace::Arguments;
using trace::traced;

bool mkdir(int at, const std::string& path, mode_t mode, const Why& why) {
    const int result = traced(
        "mkdirat", why, [&] { return ::mkdirat(at, path.c_str(), mode); },
        [&](Arguments& a) { a.fd(at).text(path).octal(mode); });
    if (result < 0 && errno == EEXIST) return false;
    if (result < 0) throw SystemError("make the folder " + path);
    return true;
}

bool rmdir(int at, const std::string& path, const Why& why) {
    const int result = traced(
        "unlinkat", why, [&] { return ::unlinkat(at, path.c_str(), AT_REMOVEDIR); },
        [&](Arguments& a) { a.fd(at).text(path).flags(AT_REMOVEDIR, path_flag_names()); });
    if (result < 0 && errno == ENOENT) return false;
    if (result < 0) throw SystemError("remove the folder " + path);
    return true;
}

namespace {

std::string node_mode(mode_t mode) {
    const char* type = S_ISCHR(mode)    ? "S_IFCHR"
                       : S_ISBLK(mode)  ? "S_IFBLK"
                       : S_ISFIFO(mode) ? "S_IFIFO"
                                        : "S_IFREG";
    Arguments permissions;
    permissions.octal(mode & 07777U);
    return std::string{type} + "|" + permissions.str();
}

bool has_device_number(mode_t mode) {
    return S_ISCHR(mode) || S_ISBLK(mode);
}

}  // namespace

bool mknod(int at, const std::string& path, mode_t mode, dev_t device, const Why& why) {
    const int result = traced(
        "mknodat", why, [&] { return ::mknodat(at, path.c_str(), mode, device); },
        [&](Arguments& a) {
            a.fd(at).text(path).word(node_mode(mode));
            if (has_device_number(mode)) {
                a.word("makedev(" + std::to_string(major(device)) + ":" +
                       std::to_string(minor(device)) + ")");
            }
        });
    if (result < 0 && errno == EEXIST) return false;
    if (result < 0) throw SystemError("make the node " + path);
    return true;
}

bool symlink(const std::string& content, int at, const std::string& path, const Why& why) {
    const int result = traced(
        "symlinkat", why, [&] { return ::symlinkat(content.c_str(), at, path.c_str()); },
        [&](Arguments& a) { a.text(content).fd(at).text(path); });
    if (result < 0 && errno == EEXIST) return false;
    if (result < 0) throw SystemError("make the symbolic link " + path);
    return true;
}

void chown(int at, const std::string& path, uid_t uid, gid_t gid, const Why& why) {
    const int result = traced(
        "fchownat", why,
        [&] { return ::fchownat(at, path.c_str(), uid, gid, AT_SYMLINK_NOFOLLOW); },
        [&](Arguments& a) {
            a.fd(at).text(path).number(uid).number(gid);
            a.flags(AT_SYMLINK_NOFOLLOW, path_flag_names());
        });
    if (result < 0) throw SystemError("give " + path + " to user " + std::to_string(uid));
}

void chown_open_file(int fd, uid_t uid, gid_t gid, const Why& why) {
    const int result = traced(
        "fchownat", why, [&] { return ::fchownat(fd, "", uid, gid, AT_EMPTY_PATH); },
        [&](Arguments& a) {
            a.fd(fd).text("").number(uid).number(gid).flags(AT_EMPTY_PATH, path_flag_names());
        });
    if (result < 0) throw SystemError("give an open file to user " + std::to_string(uid));
}

void set_xattr(int fd, const std::string& name, std::string_view value, const Why& why) {
    const int result = traced(
        "fsetxattr", why,
        [&] { return ::fsetxattr(fd, name.c_str(), value.data(), value.size(), 0); },
        [&](Arguments& a) {
            a.fd(fd).text(name).text(value).number(static_cast<std::int64_t>(value.size()));
            a.number(0);
        });
    if (result < 0) throw SystemError("set the extended attribute " + name);
}

void write_file(const std::string& path, std::string_view text, const Why& why) {
    write_file(AT_FDCWD, path, text, why);
}

void write_file(int at, const std::string& name, std::string_view text, const Why& why) {
    const Fd fd{::openat(at, name.c_str(), O_WRONLY | O_CLOEXEC)};
    if (!fd) throw SystemError("open " + name + " for writing");
    write_open_file(fd.get(), text, name, why);
}

void write_open_file(int fd, std::string_view text, const std::string& path, const Why& why) {
    const ssize_t result = traced(
        "write", why, [&] { return ::write(fd, text.data(), text.size()); },
        [&](Arguments& a) { a.fd(fd).text(text).number(static_cast<std::int64_t>(text.size())); });
    if (result < 0) throw SystemError("write \"" + std::string{text} + "\" to " + path);
}

}  // namespace minidock::kernel
