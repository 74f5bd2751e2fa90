#include "minidock/containers/tree_tar.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <stdexcept>
#include <vector>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"

namespace minidock::containers {
namespace {

using Entry = std::unique_ptr<archive_entry, decltype(&archive_entry_free)>;

std::vector<std::string> names_in(int folder) {
    const Fd own{::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!own) throw SystemError("open a folder of a container");
    DIR* const stream = ::fdopendir(::dup(own.get()));
    if (stream == nullptr) throw SystemError("read a folder of a container");
    const std::unique_ptr<DIR, int (*)(DIR*)> owner{stream, &::closedir};
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(stream)) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string link_target(int folder, const std::string& name) {
    std::array<char, PATH_MAX> target{};
    const ssize_t n = ::readlinkat(folder, name.c_str(), target.data(), target.size());
    if (n < 0) throw SystemError("read the link " + name);
    return {target.data(), static_cast<std::size_t>(n)};
}

/// Extended attributes that mean something outside: capabilities of programs, and the users' own.
void add_attributes(archive_entry* entry, int folder, const std::string& name) {
    const std::string path = fd_path(folder) + "/" + name;
    std::array<char, 4096> list{};
    const ssize_t length = ::llistxattr(path.c_str(), list.data(), list.size());
    for (ssize_t at = 0; at < length;) {
        const std::string key{list.data() + at};
        at += static_cast<ssize_t>(key.size()) + 1;
        if (!key.starts_with("user.") && key != "security.capability") continue;
        std::array<char, 4096> value{};
        const ssize_t n = ::lgetxattr(path.c_str(), key.c_str(), value.data(), value.size());
        if (n >= 0) {
            archive_entry_xattr_add_entry(entry, key.c_str(), value.data(),
                                          static_cast<std::size_t>(n));
        }
    }
}

}  // namespace

struct TreeTar::State {
    archive* tar = nullptr;
    Sink sink;
    std::exception_ptr failure;  // of the sink; must not fly through libarchive, which is C

    static la_ssize_t write(archive* /*tar*/, void* self, const void* bytes, std::size_t size) {
        auto* state = static_cast<State*>(self);
        try {
            state->sink({static_cast<const char*>(bytes), size});
            return static_cast<la_ssize_t>(size);
        } catch (...) {
            state->failure = std::current_exception();
            return -1;
        }
    }
    void check(la_ssize_t result) {
        if (failure) std::rethrow_exception(std::exchange(failure, nullptr));
        if (result >= ARCHIVE_WARN) return;
        const char* reason = archive_error_string(tar);
        throw std::runtime_error{std::string{"write an archive: "} +
                                 (reason != nullptr ? reason : "no reason given")};
    }
};

TreeTar::TreeTar(Sink sink) : state_{std::make_unique<State>()} {
    state_->sink = std::move(sink);
    state_->tar = archive_write_new();
    if (state_->tar == nullptr) throw std::bad_alloc{};
    archive_write_set_format_pax_restricted(state_->tar);
    archive_write_set_bytes_per_block(state_->tar, 65536);
    archive_write_set_bytes_in_last_block(state_->tar, 1);
    state_->check(archive_write_open(state_->tar, state_.get(), nullptr, &State::write, nullptr));
}

TreeTar::~TreeTar() {
    if (state_->tar != nullptr) archive_write_fail(state_->tar);  // what is unfinished stays so
    archive_write_free(state_->tar);
}

void TreeTar::finish() {
    state_->check(archive_write_close(state_->tar));
}

void TreeTar::add_content(int folder, const std::string& as) {
    for (const std::string& name : names_in(folder))
        add(folder, name, as.empty() ? name : as + "/" + name);
}

void TreeTar::add(int folder, const std::string& name, const std::string& as) {
    struct stat status {};
    if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) {
        if (errno == ENOENT) return;  // the container has just removed it
        throw SystemError("look at " + as);
    }
    if (S_ISREG(status.st_mode)) return add_file(folder, name, as, status);
    if (S_ISSOCK(status.st_mode)) return;  // tar has no sockets
    const Entry entry{archive_entry_new(), archive_entry_free};
    archive_entry_copy_stat(entry.get(), &status);
    archive_entry_copy_pathname(entry.get(), as.c_str());
    archive_entry_set_size(entry.get(), 0);
    if (S_ISLNK(status.st_mode)) {
        archive_entry_copy_symlink(entry.get(), link_target(folder, name).c_str());
    }
    add_attributes(entry.get(), folder, name);
    state_->check(archive_write_header(state_->tar, entry.get()));
    if (!S_ISDIR(status.st_mode)) return;
    const Fd below{::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (below) add_content(below.get(), as);
}

void TreeTar::add_file(int folder, const std::string& name, const std::string& as,
                       const struct stat& seen) {
    const Entry entry{archive_entry_new(), archive_entry_free};
    archive_entry_copy_stat(entry.get(), &seen);
    archive_entry_copy_pathname(entry.get(), as.c_str());
    if (seen.st_nlink > 1) {
        const auto [first, is_first] = linked_.try_emplace(std::pair{seen.st_dev, seen.st_ino}, as);
        if (!is_first) {
            archive_entry_copy_hardlink(entry.get(), first->second.c_str());
            archive_entry_set_size(entry.get(), 0);
            return state_->check(archive_write_header(state_->tar, entry.get()));
        }
    }
    const Fd file{::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    struct stat status {};
    // What was a file a moment ago may be a pipe by now, on which we would wait.
    if (!file || ::fstat(file.get(), &status) < 0 || !S_ISREG(status.st_mode)) return;
    archive_entry_set_size(entry.get(), status.st_size);
    add_attributes(entry.get(), folder, name);
    state_->check(archive_write_header(state_->tar, entry.get()));
    std::array<char, 65536> block;
    for (off_t left = status.st_size; left > 0;) {
        const auto want = static_cast<std::size_t>(std::min<off_t>(left, block.size()));
        ssize_t n = ::read(file.get(), block.data(), want);
        if (n < 0) throw SystemError("read " + as);
        if (n == 0) {
            // It has become shorter: the archive has promised a length, and gets zeros.
            block.fill(0);
            n = static_cast<ssize_t>(want);
        }
        state_->check(archive_write_data(state_->tar, block.data(), static_cast<std::size_t>(n)));
        left -= n;
    }
}

}  // namespace minidock::containers
