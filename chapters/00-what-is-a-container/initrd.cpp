#include "chapters/00-what-is-a-container/initrd.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"

namespace minidock::chapter00 {
namespace {

namespace fs = std::filesystem;

/// One file of the archive.
struct Entry {
    std::string name;         ///< relative to the root: "bin/busybox"
    unsigned mode = 0;        ///< type and permissions, as st_mode of stat(2)
    std::string content;      ///< of a file; of a link, where it points
    unsigned device[2] = {};  ///< of a device: its major and minor number
};

void pad_to_four(std::string& archive) {
    archive.resize((archive.size() + 3) / 4 * 4, '\0');
}

void append(std::string& archive, const Entry& entry) {
    // The header is thirteen numbers of eight hexadecimal digits. Those that do not matter to the
    // kernel here (inode, owner, time, the disk it came from) are 0.
    archive += "070701";
    archive += fmt::format("{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}", 0, entry.mode, 0, 0, 1, 0,
                           entry.content.size());
    archive += fmt::format("{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}", 0, 0, entry.device[0],
                           entry.device[1], entry.name.size() + 1, 0);
    archive += entry.name;
    archive += '\0';
    pad_to_four(archive);
    archive += entry.content;
    pad_to_four(archive);
}

Entry read_entry(const fs::path& path, const fs::path& root) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) < 0) throw SystemError("look at " + path.string());
    Entry entry{.name = path.lexically_relative(root), .mode = info.st_mode, .content = {}};
    if (S_ISREG(info.st_mode)) entry.content = read_file(path);
    if (S_ISLNK(info.st_mode)) entry.content = fs::read_symlink(path);
    return entry;
}

}  // namespace

std::string pack_initrd(const std::string& folder, const std::string& init) {
    std::string archive;
    for (const auto& found : fs::recursive_directory_iterator{folder}) {
        append(archive, read_entry(found.path(), folder));
    }
    append(archive, {.name = "init", .mode = S_IFREG | 0755U, .content = init});
    append(archive,
           {.name = "dev/console", .mode = S_IFCHR | 0600U, .content = {}, .device = {5, 1}});
    append(archive, {.name = "TRAILER!!!", .content = {}});
    return archive;
}

}  // namespace minidock::chapter00
