// An owned file descriptor, and the few things everybody does with one.
//
// A descriptor is the kernel's handle on a file, a socket, a namespace or a process. It has one
// owner here, and is closed when the owner goes away. See open(2), close(2), pipe(2).
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <utility>

namespace minidock {

/// Owns one file descriptor. Moving hands it on; destroying closes it.
class Fd {
  public:
    Fd() noexcept = default;
    /// Takes over `fd`; a negative number is "none".
    explicit Fd(int fd) noexcept : fd_{fd} {}
    Fd(Fd&& other) noexcept : fd_{other.release()} {}
    Fd& operator=(Fd&& other) noexcept;
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() { reset(); }

    [[nodiscard]] int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }
    /// Gives the descriptor up without closing it.
    [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
    /// Closes it now.
    void reset() noexcept;

  private:
    int fd_ = -1;
};

/// The two ends of a pipe(2); both are close-on-exec.
struct Pipe {
    Fd read_end;
    Fd write_end;
    /// @throws SystemError when the process has no descriptors left
    static Pipe make();
};

/// Opens `path` close-on-exec. `flags` and `mode` are open(2)'s.
/// @throws SystemError naming the path
Fd open_file(const std::string& path, int flags, mode_t mode = 0);

/// A second descriptor for the same open file, close-on-exec (fcntl(2), F_DUPFD_CLOEXEC).
Fd duplicate(const Fd& fd);

/// Everything there is to read from `fd` until its end.
/// @throws SystemError naming `what`
std::string read_all(int fd, const std::string& what);

/// The content of a file, which may be one of /proc or /sys whose size is not known beforehand.
/// @throws SystemError naming the path
std::string read_file(const std::string& path);

/// Writes all of `data`, however many calls it takes.
/// @throws SystemError naming `what`
void write_all(int fd, std::string_view data, const std::string& what);

/// "/proc/self/fd/N": the path by which calls that want a path get at an open file (proc(5)).
std::string fd_path(int fd);

}  // namespace minidock
