#include "minidock/base/fd.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "minidock/base/error.hpp"

namespace minidock {

Fd& Fd::operator=(Fd&& other) noexcept {
    if (this != &other) {
        reset();
        fd_ = other.release();
    }
    return *this;
}

void Fd::reset() noexcept {
    // The descriptor is gone whatever close(2) returns, so there is nothing to do about an error.
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Pipe Pipe::make() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) < 0) throw SystemError("make a pipe");
    return {Fd{ends[0]}, Fd{ends[1]}};
}

Fd open_file(const std::string& path, int flags, mode_t mode) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    if (fd < 0) throw SystemError("open " + path);
    return Fd{fd};
}

Fd duplicate(const Fd& fd) {
    const int copy = ::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0);
    if (copy < 0) throw SystemError("duplicate descriptor " + std::to_string(fd.get()));
    return Fd{copy};
}

std::string read_all(int fd, const std::string& what) {
    std::string content;
    std::array<char, 16384> buffer{};
    for (;;) {
        const ssize_t n = ::read(fd, buffer.data(), buffer.size());
        if (n == 0) return content;
        if (n > 0) {
            content.append(buffer.data(), static_cast<std::size_t>(n));
        } else if (errno != EINTR) {
            throw SystemError("read " + what);
        }
    }
}

std::string read_file(const std::string& path) {
    return read_all(open_file(path, O_RDONLY).get(), path);
}

void write_all(int fd, std::string_view data, const std::string& what) {
    while (!data.empty()) {
        const ssize_t n = ::write(fd, data.data(), data.size());
        if (n >= 0) {
            data.remove_prefix(static_cast<std::size_t>(n));
        } else if (errno != EINTR) {
            throw SystemError("write " + what);
        }
    }
}

std::string fd_path(int fd) {
    return "/proc/self/fd/" + std::to_string(fd);
}

}  // namespace minidock
