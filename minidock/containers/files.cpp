#include "minidock/containers/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <deque>
#include <vector>

#include "minidock/base/error.hpp"
#include "minidock/containers/running_root.hpp"
#include "minidock/image/tar_reader.hpp"
#include "minidock/image/tree_writer.hpp"
#include "minidock/rootfs/open_in_root.hpp"
#include "minidock/rootfs/overlay.hpp"

namespace minidock::containers {
namespace {

/// A path as the folder to look in, and the name to look for there.
struct SplitPath {
    std::string folder;
    std::string name;      ///< "." when the path is the folder itself
    std::string shown_as;  ///< in an archive
};

/// A last slash or "/." means: follow a link in the last place.
SplitPath split(std::string path) {
    bool follow = false;
    for (;;) {
        if (path.ends_with("/.")) {
            path.resize(path.size() - 2);
        } else if (path.ends_with('/')) {
            path.pop_back();
        } else {
            break;
        }
        follow = true;
    }
    if (path.empty()) return {"/", ".", "."};
    const std::size_t slash = path.rfind('/');
    const std::string last = slash == std::string::npos ? path : path.substr(slash + 1);
    if (follow || last == "." || last == "..") return {path, ".", last};
    const bool in_root = slash == std::string::npos || slash == 0;
    return {in_root ? "/" : path.substr(0, slash), last, last};
}

Fd open_stopped_root(const Container& container, bool writable) {
    rootfs::Overlay overlay{.lower = container.definition().layers, .upper = "", .work = ""};
    if (writable) {
        overlay.upper = container.folder() + "/upper";
        overlay.work = container.folder() + "/work";
    } else {
        overlay.lower.push_back(container.folder() + "/upper");
    }
    return rootfs::open_overlay(overlay);
}

std::string read_link(int folder, const std::string& name) {
    std::array<char, PATH_MAX> target{};
    const ssize_t n = ::readlinkat(folder, name.c_str(), target.data(), target.size());
    return n < 0 ? std::string{} : std::string{target.data(), static_cast<std::size_t>(n)};
}

void push_components(std::deque<std::string>& into, const std::string& path) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        if (end > at) parts.push_back(path.substr(at, end - at));
        at = end + 1;
    }
    into.insert(into.begin(), parts.begin(), parts.end());
}

}  // namespace

Files::Files(Container& container) : container_{container}, operation_{std::in_place, container} {
    if (container.is_removed()) throw NotFound("No such container: " + container.id());
    if (container.state().is_running()) {
        operation_.reset();  // it may be stopped meanwhile: what we have open stays
        root_ = open_running_root(container);
    } else {
        root_ = open_stopped_root(container, true);
    }
}

NotFound Files::not_found(const std::string& path) const {
    return NotFound(
        fmt::format("Could not find the file {} in container {}", path, container_.id()));
}

/// The path without any link in it, as far as it exists.
std::string Files::resolve(const std::string& path) const {
    constexpr int most_links = 40;
    std::deque<std::string> left;
    push_components(left, path);
    std::vector<std::string> done;
    const auto text = [&] {
        std::string joined;
        for (const std::string& part : done)
            joined += "/" + part;
        return joined.empty() ? "/" : joined;
    };
    for (int links = 0; !left.empty();) {
        const std::string part = left.front();
        left.pop_front();
        if (part == ".") continue;
        if (part == "..") {
            if (!done.empty()) done.pop_back();
            continue;
        }
        const Fd folder = rootfs::find_in_root(root_, {text()}, O_PATH | O_DIRECTORY);
        const std::string target = folder ? read_link(folder.get(), part) : std::string{};
        if (target.empty()) {
            done.push_back(part);
            continue;
        }
        if (++links > most_links) throw SystemError("follow " + path, ELOOP);
        if (target.starts_with('/')) done.clear();
        push_components(left, target);
    }
    return text();
}

Files::Stat Files::stat(const std::string& path) const {
    const SplitPath place = split(path);
    const Fd folder = rootfs::find_in_root(root_, {place.folder}, O_PATH | O_DIRECTORY);
    struct stat status {};
    if (!folder || ::fstatat(folder.get(), place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) {
        throw not_found(path);
    }
    return {.name = place.shown_as == "." ? "/" : place.shown_as,
            .size = status.st_size,
            .mode = status.st_mode,
            .modified = Timestamp{std::chrono::seconds{status.st_mtim.tv_sec} +
                                  std::chrono::nanoseconds{status.st_mtim.tv_nsec}},
            .link_target = S_ISLNK(status.st_mode) ? resolve(path) : ""};
}

void Files::read(const std::string& path, TreeTar::Sink sink) const {
    const SplitPath place = split(path);
    const Fd folder = rootfs::find_in_root(root_, {place.folder}, O_RDONLY | O_DIRECTORY);
    if (!folder) throw not_found(path);
    TreeTar tar{std::move(sink)};
    // "/x/." is what lies in x, under no name of its own.
    const std::string as = path.ends_with("/.") ? "." : place.shown_as;
    tar.add(folder.get(), place.name, as);
    tar.finish();
}

void Files::write(const std::string& path, image::Source& source, bool keep_kinds) const {
    if (container_.definition().host_config.readonly_rootfs && operation_) {
        throw BadParameter("container rootfs is marked read-only");
    }
    const Fd target = rootfs::find_in_root(root_, {path}, O_PATH);
    if (!target) throw not_found(path);
    const Fd folder = rootfs::find_in_root(root_, {path}, O_RDONLY | O_DIRECTORY);
    if (!folder) throw BadParameter("extraction point is not a directory");
    image::TarReader tar{source, "the archive", image::TarReader::Compressed::perhaps};
    image::TreeWriter writer{folder.get(), {}, {.is_layer = false, .keeps_kinds = keep_kinds}};
    while (const image::TarEntry* entry = tar.next()) {
        // The folder itself stays as it is.
        if (image::EntryPath::parse(entry->path).is_root()) continue;
        writer.add(*entry, tar);
    }
    writer.finish();
}

void export_files(const Container& container, TreeTar::Sink sink) {
    const Fd root = open_stopped_root(container, false);
    TreeTar tar{std::move(sink)};
    tar.add_content(root.get(), "");
    tar.finish();
}

}  // namespace minidock::containers
