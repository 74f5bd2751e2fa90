#include "minidock/image/tree_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "minidock/base/error.hpp"
#include "minidock/image/remove_tree.hpp"
#include "minidock/image/whiteout.hpp"
#include "minidock/rootfs/whiteout.hpp"

namespace minidock::image {
namespace {

/// Memory for the times of folders: about a million folders, where a large image has 20,000.
constexpr std::size_t folder_times_limit = std::size_t{64} << 20U;
constexpr mode_t missing_folder_mode = 0755;

// [open-beneath]
/// openat2(2) below `root`. The system call has no wrapper in the C library.
Fd open_inside(int root, const std::string& path, std::uint64_t flags, std::uint64_t resolve) {
    open_how how{};
    how.flags = flags | O_CLOEXEC;
    how.resolve = resolve | RESOLVE_NO_MAGICLINKS;
    long fd = -1;
    do {
        fd = ::syscall(SYS_openat2, root, path.empty() ? "." : path.c_str(), &how, sizeof how);
    } while (fd < 0 && (errno == EINTR || errno == EAGAIN));
    return Fd{static_cast<int>(fd)};
}
// [/open-beneath]

/// What made opening a folder fail, for whoever sent the archive.
[[noreturn]] void refuse_folder(std::string_view path) {
    const int error = errno;
    const std::string name = "entry in " + printable(path);
    switch (error) {
        case EXDEV:
            throw BadParameter(name + ": a link leads out of the layer's root");
        case ENOTDIR:
            throw BadParameter(name + ": that is not a folder");
        case ELOOP:
            throw BadParameter(name + ": links go round in a circle");
        case ENAMETOOLONG:
            throw BadParameter(name + ": a name is longer than 255 bytes");
        default:
            throw SystemError("open the folder " + printable(path) + " of a layer", error);
    }
}

/// What made the making of an entry fail.
[[noreturn]] void refuse_entry(const char* verb, const TarEntry& entry) {
    const int error = errno;
    if (error == ENAMETOOLONG) {
        throw BadParameter("entry " + printable(entry.path) + ": a name is too long");
    }
    throw SystemError(std::string{verb} + " " + printable(entry.path), error);
}

/// Marks a folder that lies in `parent`, "." for that one itself.
void make_opaque(int parent, const std::string& name) {
    const Fd folder{
        ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!folder) throw SystemError("open the folder " + printable(name) + " of a layer");
    rootfs::make_opaque(folder);
}

/// Sets the attributes of an entry. Overlayfs keeps its own notes in attributes, and an archive
/// must not forge them: with a forged one a folder could show another's content.
void set_attributes(int parent, const std::string& name, const TarEntry& entry) {
    const std::string path = fd_path(parent) + "/" + name;
    for (const auto& [key, value] : entry.attributes) {
        if (key.starts_with("trusted.overlay.") || key.starts_with("user.overlay.")) continue;
        if (::lsetxattr(path.c_str(), key.c_str(), value.data(), value.size(), 0) < 0) {
            throw SystemError("set the attribute " + printable(key) + " of " +
                              printable(entry.path));
        }
    }
}

/// The times of an entry; when it was last read is of no interest.
std::array<timespec, 2> times(const timespec& modified) {
    return {modified, modified};
}

/// Owner, then mode, then attributes: a change of owner takes set-user-ID and capabilities away.
void set_owner_and_mode(int parent, const std::string& name, const TarEntry& entry) {
    if (::fchownat(parent, name.c_str(), entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW) < 0) {
        refuse_entry("set the owner of", entry);
    }
    // A link has no mode, and fchmodat(2) would follow it.
    if (entry.type != TarEntry::Type::symbolic_link &&
        ::fchmodat(parent, name.c_str(), entry.permissions, 0) < 0) {
        refuse_entry("set the mode of", entry);
    }
    set_attributes(parent, name, entry);
}

void set_times(int parent, const std::string& name, const TarEntry& entry) {
    if (::utimensat(parent, name.c_str(), times(entry.modified).data(), AT_SYMLINK_NOFOLLOW) < 0) {
        refuse_entry("set the times of", entry);
    }
}

mode_t node_type(TarEntry::Type type) {
    switch (type) {
        case TarEntry::Type::character_device:
            return S_IFCHR;
        case TarEntry::Type::block_device:
            return S_IFBLK;
        default:
            return S_IFIFO;
    }
}

void write_block(int file, const TarBlock& block, const TarEntry& entry) {
    std::string_view rest = block.bytes;
    auto offset = static_cast<off_t>(block.offset);
    while (!rest.empty()) {
        const ssize_t n = ::pwrite(file, rest.data(), rest.size(), offset);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) refuse_entry("write", entry);
        rest.remove_prefix(static_cast<std::size_t>(n));
        offset += n;
    }
}

}  // namespace

Fd TreeWriter::open_folder(const std::string& path, std::uint64_t flags) const {
    constexpr std::uint64_t never_out = RESOLVE_BENEATH | RESOLVE_NO_XDEV;
    return open_inside(root_, path, flags | O_DIRECTORY,
                       form_.is_layer ? never_out : RESOLVE_IN_ROOT);
}

void TreeWriter::add(const TarEntry& entry, TarReader& content) {
    if (++entries_ > limits_.entries) {
        throw BadParameter(fmt::format("more than {} entries", limits_.entries));
    }
    const EntryPath path = EntryPath::parse(entry.path);
    if (path.is_root()) {
        if (entry.type != TarEntry::Type::folder) {
            throw BadParameter("entry " + printable(entry.path) + ": the root must be a folder");
        }
        set_owner_and_mode(root_, ".", entry);
        remember_time("", entry.modified);
        return;
    }
    const std::string name = path.name();
    const Whiteout whiteout = form_.is_layer ? classify_name(name) : Whiteout{};
    switch (whiteout.kind) {
        case Whiteout::Kind::removed:
            hide(parent_of(path), path, std::string{whiteout.name});
            break;
        case Whiteout::Kind::opaque:
            make_opaque(parent_of(path), ".");
            break;
        case Whiteout::Kind::metadata:
            break;
        case Whiteout::Kind::none:
            write(path, entry, content);
            break;
    }
}

void TreeWriter::write(const EntryPath& path, const TarEntry& entry, TarReader& content) {
    using Type = TarEntry::Type;
    const int parent = parent_of(path);
    const std::string name = path.name();
    switch (entry.type) {
        case Type::folder:
            write_folder(parent, path, entry);
            return;
        case Type::file:
            write_file(parent, name, entry, content);
            return;
        case Type::hard_link:
            write_hard_link(parent, name, entry);
            return;
        case Type::symbolic_link:
            make_room(parent, name);
            if (::symlinkat(entry.link_target.c_str(), parent, name.c_str()) < 0) {
                refuse_entry("make the link", entry);
            }
            break;
        case Type::character_device:
        case Type::block_device:
        case Type::fifo:
            make_room(parent, name);
            if (::mknodat(parent, name.c_str(), node_type(entry.type), entry.device) < 0) {
                refuse_entry("make the node", entry);
            }
            break;
    }
    set_owner_and_mode(parent, name, entry);
    set_times(parent, name, entry);
}

void TreeWriter::write_file(int parent, const std::string& name, const TarEntry& entry,
                            TarReader& content) {
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    Fd file{::openat(parent, name.c_str(), flags, 0600)};
    if (!file && errno == EEXIST) {
        make_room(parent, name);
        file = Fd{::openat(parent, name.c_str(), flags, 0600)};
    }
    if (!file) refuse_entry("make the file", entry);

    std::uint64_t end = 0;
    while (const auto block = content.next_block()) {
        count_bytes(block->bytes.size());
        write_block(file.get(), *block, entry);
        end = block->offset + block->bytes.size();
    }
    // A hole at the end has no piece of its own.
    if (end < entry.size && ::ftruncate(file.get(), static_cast<off_t>(entry.size)) < 0) {
        refuse_entry("set the size of", entry);
    }
    size_ += entry.size;

    if (::fchown(file.get(), entry.uid, entry.gid) < 0) refuse_entry("set the owner of", entry);
    if (::fchmod(file.get(), entry.permissions) < 0) refuse_entry("set the mode of", entry);
    set_attributes(parent, name, entry);
    if (::futimens(file.get(), times(entry.modified).data()) < 0) {
        refuse_entry("set the times of", entry);
    }
}

void TreeWriter::write_folder(int parent, const EntryPath& path, const TarEntry& entry) {
    const std::string name = path.name();
    bool replaces_whiteout = false;
    if (::mkdirat(parent, name.c_str(), missing_folder_mode) < 0) {
        if (errno != EEXIST) refuse_entry("make the folder", entry);
        struct stat status {};
        if (::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) {
            refuse_entry("look at", entry);
        }
        if (!S_ISDIR(status.st_mode)) {
            if (form_.keeps_kinds) {
                throw BadParameter("cannot overwrite non-directory " + printable(path.str()) +
                                   " with directory " + printable(entry.path));
            }
            replaces_whiteout = make_room(parent, name);
            if (::mkdirat(parent, name.c_str(), missing_folder_mode) < 0) {
                refuse_entry("make the folder", entry);
            }
        }
    }
    if (replaces_whiteout) make_opaque(parent, name);
    set_owner_and_mode(parent, name, entry);
    remember_time(path.str(), entry.modified);
}

void TreeWriter::write_hard_link(int parent, const std::string& name, const TarEntry& entry) {
    const EntryPath target = EntryPath::parse(entry.link_target);
    const std::string folder{target.parent()};
    const Fd target_parent = open_folder(folder, O_PATH);
    if (!target_parent && errno != ENOENT) refuse_folder(folder);
    const auto link = [&] {
        return ::linkat(target_parent.get(), target.name().c_str(), parent, name.c_str(), 0);
    };
    int result = target_parent ? link() : -1;
    if (result < 0 && errno == EEXIST) {
        make_room(parent, name);
        result = link();
    }
    if (result < 0 && errno == ENOENT) {
        throw BadParameter("entry " + printable(entry.path) + ": a hard link to " +
                           printable(entry.link_target) + ", which is not in the layer");
    }
    if (result < 0) refuse_entry("make the hard link", entry);
}

void TreeWriter::hide(int parent, const EntryPath& whiteout, const std::string& name) {
    if (name.empty() || name == "." || name == "..") {
        throw BadParameter("entry " + printable(whiteout.str()) + ": a whiteout of nothing");
    }
    if (::mknodat(parent, name.c_str(), S_IFCHR, makedev(0, 0)) == 0) return;
    if (errno != EEXIST) throw SystemError("make the whiteout " + printable(whiteout.str()));
    // A whiteout is about the layers below. What this layer has itself under the name stays; a
    // folder then hides what the folders below it hold.
    struct stat status {};
    if (::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) {
        throw SystemError("look at " + printable(name));
    }
    if (S_ISDIR(status.st_mode)) make_opaque(parent, name);
}

bool TreeWriter::make_room(int parent, const std::string& name) {
    struct stat status {};
    if (::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) return false;
    if (form_.keeps_kinds && S_ISDIR(status.st_mode)) {
        throw BadParameter("cannot overwrite directory " + printable(name) + " with non-directory");
    }
    remove_tree(parent, name);
    // The folder that is open as the next entries' parent may have been in there.
    if (S_ISDIR(status.st_mode)) parent_path_.assign(1, '/');
    return rootfs::is_whiteout(status);
}

int TreeWriter::parent_of(const EntryPath& path) {
    const std::string_view parent = path.parent();
    if (!parent_ || parent_path_ != parent) {
        parent_ = open_or_make_folder(parent);
        parent_path_ = parent;
    }
    return parent_.get();
}

Fd TreeWriter::open_or_make_folder(std::string_view path) {
    Fd folder = open_folder(std::string{path}, O_RDONLY);
    if (folder) return folder;
    if (errno != ENOENT) refuse_folder(path);

    // An archive need not have an entry for each folder.
    folder = open_folder("", O_RDONLY);
    for (std::size_t end = 0; end != std::string_view::npos;) {
        const std::size_t start = end == 0 ? 0 : end + 1;
        end = path.find('/', start);
        const std::string prefix{path.substr(0, end)};
        const std::string component{prefix.substr(start)};
        if (::mkdirat(folder.get(), component.c_str(), missing_folder_mode) < 0 &&
            errno != EEXIST) {
            refuse_folder(path);
        }
        folder = open_folder(prefix, O_RDONLY);
        if (!folder) refuse_folder(path);
    }
    return folder;
}

void TreeWriter::remember_time(const std::string& folder, const timespec& modified) {
    folder_times_memory_ += sizeof(FolderTime) + folder.size();
    if (folder_times_memory_ > folder_times_limit) throw BadParameter("too many folders");
    folder_times_.push_back({folder, modified});
}

void TreeWriter::count_bytes(std::uint64_t bytes) {
    bytes_ += bytes;
    if (bytes_ > limits_.bytes) {
        throw BadParameter(
            fmt::format("it unpacks to more than {} bytes, the limit", limits_.bytes));
    }
}

void TreeWriter::finish() {
    for (const auto& [path, modified] : folder_times_) {
        const Fd folder = open_folder(path, O_RDONLY | O_NOFOLLOW);
        if (!folder) continue;  // a later entry has replaced it by something else
        if (::futimens(folder.get(), times(modified).data()) < 0) {
            throw SystemError("set the times of " + printable(path));
        }
    }
}

}  // namespace minidock::image
