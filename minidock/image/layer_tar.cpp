#include "minidock/image/layer_tar.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <map>
#include <utility>
#include <vector>

#include "minidock/base/error.hpp"
#include "minidock/image/source.hpp"
#include "minidock/rootfs/folder.hpp"
#include "minidock/rootfs/whiteout.hpp"

namespace minidock::image {
namespace {

/// The attributes that belong to the content. Those of overlayfs are this machine's, and so are
/// access lists, whose user IDs mean others elsewhere.
bool belongs_to_content(std::string_view name) {
    return name == "security.capability" || name.starts_with("user.");
}

/// @param path  what is not followed if it is a link
std::vector<std::pair<std::string, std::string>> attributes_of(const std::string& path) {
    std::vector<std::pair<std::string, std::string>> attributes;
    const ssize_t size = ::llistxattr(path.c_str(), nullptr, 0);
    if (size <= 0) return attributes;  // there are none, or the file system has no such thing
    std::string names(static_cast<std::size_t>(size), '\0');
    if (::llistxattr(path.c_str(), names.data(), names.size()) < 0)
        throw SystemError("list the attributes of " + path);
    for (std::size_t start = 0; start < names.size();) {
        const std::string name = names.c_str() + start;
        start += name.size() + 1;
        if (!belongs_to_content(name)) continue;
        std::string value(std::size_t{64} << 10U, '\0');  // XATTR_SIZE_MAX
        const ssize_t n = ::lgetxattr(path.c_str(), name.c_str(), value.data(), value.size());
        if (n < 0) throw SystemError("read the attribute " + name + " of " + path);
        value.resize(static_cast<std::size_t>(n));
        attributes.emplace_back(name, std::move(value));
    }
    return attributes;
}

TarEntry::Type type_of(mode_t mode) {
    switch (mode & S_IFMT) {
        case S_IFDIR:
            return TarEntry::Type::folder;
        case S_IFLNK:
            return TarEntry::Type::symbolic_link;
        case S_IFCHR:
            return TarEntry::Type::character_device;
        case S_IFBLK:
            return TarEntry::Type::block_device;
        case S_IFIFO:
            return TarEntry::Type::fifo;
        default:
            return TarEntry::Type::file;
    }
}

class Packer {
  public:
    explicit Packer(TarWriter& tar) : tar_{tar} {}

    void pack_folder(const Fd& folder, const std::string& path) {
        for (const std::string& name : rootfs::names_in(folder)) {
            const auto status = rootfs::look_at(folder, name);
            if (!status || S_ISSOCK(status->st_mode)) continue;
            pack(folder, name, *status, path + name);
        }
    }
    [[nodiscard]] std::uint64_t entries() const noexcept { return entries_; }

  private:
    void begin(const TarEntry& entry) {
        tar_.begin(entry);
        ++entries_;
    }

    void pack(const Fd& folder, const std::string& name, const struct stat& status,
              const std::string& path) {
        // [pack]
        TarEntry entry = describe(folder, name, status, path);
        // lab 06.5: a whiteout becomes an empty file ".wh.NAME"; a folder is followed by what is in
        // it, and an opaque one has the file ".wh..wh..opq" before all else.
        if (rootfs::is_whiteout(status)) {
            const std::string parent = path.substr(0, path.size() - name.size());
            return begin({.path = parent + ".wh." + name});
        }
        if (entry.type == TarEntry::Type::folder) {
            begin(entry);
            const Fd inner = rootfs::open_below(folder, name, O_RDONLY | O_DIRECTORY);
            if (rootfs::is_opaque(inner)) begin({.path = entry.path + ".wh..wh..opq"});
            return pack_folder(inner, entry.path);
        }
        // end lab
        // [/pack]
        if (status.st_nlink > 1 && is_known(status, path, entry)) return begin(entry);
        if (entry.type == TarEntry::Type::file) return pack_file(folder, name, entry);
        begin(entry);
    }

    static TarEntry describe(const Fd& folder, const std::string& name, const struct stat& status,
                             const std::string& path) {
        TarEntry entry{.type = type_of(status.st_mode),
                       .path = path,
                       .permissions = status.st_mode & 07777U,
                       .uid = status.st_uid,
                       .gid = status.st_gid,
                       .modified = status.st_mtim,
                       .device = status.st_rdev};
        if (entry.type == TarEntry::Type::folder) entry.path += "/";
        if (entry.type == TarEntry::Type::symbolic_link)
            entry.link_target = rootfs::link_content(folder, name);
        entry.attributes = attributes_of(fd_path(folder.get()) + "/" + name);
        return entry;
    }

    /// Whether the same file was packed under another name; then the entry becomes a link to it.
    bool is_known(const struct stat& status, const std::string& path, TarEntry& entry) {
        const auto [place, is_new] = names_.emplace(std::pair{status.st_dev, status.st_ino}, path);
        if (is_new) return false;
        entry.type = TarEntry::Type::hard_link;
        entry.link_target = place->second;
        entry.attributes.clear();
        return true;
    }

    /// A file of a container that runs may grow or shrink meanwhile: what counts is the size that
    /// it had when it was opened.
    void pack_file(const Fd& folder, const std::string& name, TarEntry entry) {
        const Fd file = rootfs::open_below(folder, name, O_RDONLY | O_NONBLOCK);
        struct stat status {};
        if (::fstat(file.get(), &status) < 0) throw SystemError("look at " + entry.path);
        entry.size = static_cast<std::uint64_t>(status.st_size);
        begin(entry);
        FileSource source{file.get(), entry.path};
        std::uint64_t left = entry.size;
        while (left > 0) {
            const std::string_view block = source.next().substr(0, left);
            if (block.empty()) break;
            tar_.write(block);
            left -= block.size();
        }
        const std::string zeros(std::min<std::uint64_t>(left, 65536), '\0');
        for (; left > 0; left -= std::min<std::uint64_t>(left, zeros.size()))
            tar_.write(std::string_view{zeros}.substr(0, left));
    }

    TarWriter& tar_;
    std::uint64_t entries_ = 0;
    std::map<std::pair<dev_t, ino_t>, std::string> names_;
};

}  // namespace

std::uint64_t pack_layer(const Fd& upper, TarWriter& tar) {
    Packer packer{tar};
    packer.pack_folder(upper, "");
    return packer.entries();
}

}  // namespace minidock::image
