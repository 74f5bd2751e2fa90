#include "minidock/base/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"

namespace minidock {
namespace {

/// Removes the temporary file unless it has been put in its place.
class TemporaryFile {
  public:
    explicit TemporaryFile(std::string path)
        : path_{std::move(path)}, fd_{::mkostemp(path_.data(), O_CLOEXEC)} {
        if (!fd_) throw SystemError("make the temporary file " + path_);
    }
    ~TemporaryFile() {
        if (!path_.empty()) ::unlink(path_.c_str());
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    void rename_to(const std::string& target) {
        if (::rename(path_.c_str(), target.c_str()) < 0) throw SystemError("replace " + target);
        path_.clear();
    }

  private:
    std::string path_;
    Fd fd_;
};

void sync(int fd, const std::string& what) {
    if (::fsync(fd) < 0) throw SystemError("write " + what + " through to the disk");
}

}  // namespace

void write_atomically(const std::string& path, std::string_view content, Durability durability) {
    const bool to_disk = durability == Durability::power_loss;
    TemporaryFile file{path + ".XXXXXX"};
    write_all(file.fd(), content, path);
    if (::fchmod(file.fd(), 0644) < 0) throw SystemError("set the mode of " + path);
    if (to_disk) sync(file.fd(), path);
    file.rename_to(path);
    if (!to_disk) return;
    // The new name lives in the folder, and is as durable as the folder is.
    const std::string folder = std::filesystem::path{path}.parent_path();
    sync(open_file(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY).get(), folder);
}

}  // namespace minidock
