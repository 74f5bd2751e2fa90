#include "minidock/rootfs/copy_tree.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "minidock/base/error.hpp"
#include "minidock/rootfs/folder.hpp"

namespace minidock::rootfs {
namespace {

void check(int result, const std::string& tried) {
    if (result < 0) throw SystemError(tried);
}

void copy_content(const Fd& from, const Fd& to, const std::string& name) {
    constexpr std::size_t at_once = 1U << 30U;
    ssize_t copied = 0;
    do {
        copied = ::sendfile(to.get(), from.get(), nullptr, at_once);
        if (copied < 0) throw SystemError("copy " + name);
    } while (copied > 0);
}

/// What the kernel keeps for an overlay's own bookkeeping is not the file's.
bool is_copied(std::string_view attribute) {
    return !attribute.starts_with("trusted.overlay.") && !attribute.starts_with("user.overlay.");
}

void copy_attributes(const Fd& from, const Fd& to, const std::string& name) {
    std::array<char, XATTR_LIST_MAX> list{};
    const ssize_t length = ::flistxattr(from.get(), list.data(), list.size());
    if (length < 0 && errno == ENOTSUP) return;
    if (length < 0) throw SystemError("list the attributes of " + name);
    std::string value(XATTR_SIZE_MAX, '\0');
    for (std::string_view rest{list.data(), static_cast<std::size_t>(length)}; !rest.empty();) {
        const std::string attribute{rest.substr(0, rest.find('\0'))};
        rest.remove_prefix(attribute.size() + 1);
        if (!is_copied(attribute)) continue;
        const ssize_t size = ::fgetxattr(from.get(), attribute.c_str(), value.data(), value.size());
        if (size < 0) throw SystemError("read the attribute " + attribute + " of " + name);
        const int result = ::fsetxattr(to.get(), attribute.c_str(), value.data(),
                                       static_cast<std::size_t>(size), 0);
        // An older kernel's tmpfs has no "user." ones, a user namespace may not set "trusted.".
        if (result < 0 && errno != ENOTSUP && errno != EPERM)
            throw SystemError("set the attribute " + attribute + " of " + name);
    }
}

/// Owner before mode: a change of owner takes the set-user-ID bit away.
void copy_metadata(const struct stat& info, const Fd& folder, const std::string& name) {
    check(::fchownat(folder.get(), name.c_str(), info.st_uid, info.st_gid, AT_SYMLINK_NOFOLLOW),
          "give an owner to " + name);
    if (!S_ISLNK(info.st_mode)) {
        check(::fchmodat(folder.get(), name.c_str(), info.st_mode & 07777U, 0),
              "set the mode of " + name);
    }
    const std::array times{info.st_atim, info.st_mtim};
    check(::utimensat(folder.get(), name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW),
          "set the times of " + name);
}

/// One copy of a tree: it knows under which name it has copied a file that has several.
class Copy {
  public:
    explicit Copy(const Fd& to) : top_{to} {}

    void folder(const Fd& from, const Fd& to, const std::string& path) {
        for (const std::string& name : names_in(from))
            entry(from, to, name, path + name);
    }

  private:
    void entry(const Fd& from, const Fd& to, const std::string& name, const std::string& path) {
        struct stat info {};
        check(::fstatat(from.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW), "look at " + name);
        if (S_ISDIR(info.st_mode)) {
            check(::mkdirat(to.get(), name.c_str(), 0700), "make the folder " + name);
            const Fd source = open_below(from, name, O_RDONLY | O_DIRECTORY);
            const Fd target = open_below(to, name, O_RDONLY | O_DIRECTORY);
            folder(source, target, path + "/");
            copy_attributes(source, target, name);
        } else if (S_ISREG(info.st_mode)) {
            if (is_second_name(info, to, name, path)) return;
            const Fd source = open_below(from, name, O_RDONLY);
            const Fd target = open_below(to, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
            copy_content(source, target, name);
            // Capabilities are an attribute, and a change of owner takes them away.
            copy_metadata(info, to, name);
            return copy_attributes(source, target, name);
        } else if (S_ISLNK(info.st_mode)) {
            check(::symlinkat(link_content(from, name).c_str(), to.get(), name.c_str()),
                  "make the link " + name);
        } else if (S_ISFIFO(info.st_mode)) {
            check(::mkfifoat(to.get(), name.c_str(), 0600), "make the FIFO " + name);
        } else {
            return;
        }
        copy_metadata(info, to, name);
    }

    /// Makes a further name for a file that has been copied under another.
    bool is_second_name(const struct stat& info, const Fd& to, const std::string& name,
                        const std::string& path) {
        if (info.st_nlink < 2) return false;
        const auto [first, is_new] = names_.emplace(std::pair{info.st_dev, info.st_ino}, path);
        if (is_new) return false;
        check(::linkat(top_.get(), first->second.c_str(), to.get(), name.c_str(), 0),
              "make a second name of " + first->second + ", " + name);
        return true;
    }

    const Fd& top_;
    std::map<std::pair<dev_t, ino_t>, std::string> names_;
};

}  // namespace

void copy_tree(const Fd& from, const Fd& to) {
    Copy{to}.folder(from, to, "");
}

void copy_folder_metadata(const Fd& from, const Fd& to) {
    struct stat info {};
    check(::fstat(from.get(), &info), "look at a folder");
    copy_metadata(info, to, ".");
    copy_attributes(from, to, "a folder");
}

}  // namespace minidock::rootfs
