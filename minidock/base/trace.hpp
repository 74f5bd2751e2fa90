// The glass engine: every call with which the engine makes, changes or ends a container goes
// through a wrapper in base/kernel/, and each wrapper can say what it asked of the kernel, why,
// and which chapter teaches it. `--explain` switches that on.
//
// Which calls are in it: those that change what a process is, sees or may do (clone3, mount,
// setns, a write to /proc or a cgroup file, execve, …). Those that only look (open, read, stat,
// readlink) are left out. The notation is that of strace(1), and a test holds the two against
// each other.
//
// The trace belongs to a thread and survives clone(2). While it is off, a wrapper pays for
// one look at a thread-local variable.
#pragma once

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "minidock/base/fd.hpp"

namespace minidock {

/// Why the engine asks the kernel for something: one line for the reader of `--explain`, and the
/// chapter that teaches it.
struct Why {
    int chapter;
    const char* reason;
};

namespace trace {

/// One bit (or value) of a flags argument and its name in the kernel's headers.
struct Flag {
    std::uint64_t value;
    const char* name;
};

/// Writes a call's arguments the way strace does.
class Arguments {
  public:
    Arguments& text(const char* value);  ///< a quoted string, or NULL
    Arguments& text(std::string_view value);
    /// A quoted path and, where it is only a descriptor's, the place it stands for:
    /// "/proc/self/fd/7"</dev/shm>
    Arguments& target(std::string_view path, std::string_view place);
    Arguments& number(std::int64_t value);
    Arguments& octal(unsigned value);
    Arguments& fd(int value);  ///< the number and, where known, the path: 4</sys/fs/cgroup>
    Arguments& flags(std::uint64_t value, std::span<const Flag> names);  ///< A|B|0x80, or 0
    Arguments& word(std::string_view value);                             ///< as it stands
    [[nodiscard]] const std::string& str() const noexcept { return text_; }

  private:
    std::string& next();
    std::string text_;
};

/// While it lives, this thread's calls are written to `fd`, under the name `who` ("minirun").
class Scope {
  public:
    Scope(int fd, std::string who);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

  private:
    int previous_fd_;
    std::string previous_who_;
};

/// Where this thread's trace goes; -1 when it is off.
[[nodiscard]] int fd() noexcept;
/// Names the speaker from here on, as after clone(2): "init".
void rename(std::string who);
/// Goes on to write to `fd` instead, without a change of speaker; -1 ends the trace.
void redirect(int fd);

/// Writes one line: the call, its result, its duration, and the reason.
/// @param result as the system call returned it: negative means `error` says why
void record(std::string_view call, const Arguments& arguments, std::int64_t result, int error,
            std::chrono::nanoseconds duration, const Why& why);
/// Writes the line of a call that does not come back, such as execve(2).
void announce(std::string_view call, const Arguments& arguments, const Why& why);

/// Makes a system call, and explains it if somebody listens.
/// @param call      makes it; returns negative and sets errno when the kernel refuses
/// @param describe  fills in the arguments; called only when somebody listens
template <class Call, class Describe>
auto traced(std::string_view name, const Why& why, Call call, Describe describe) {
    if (fd() < 0) return call();
    const auto start = std::chrono::steady_clock::now();
    const auto result = call();
    const int error = errno;
    const auto duration = std::chrono::steady_clock::now() - start;
    Arguments arguments;
    describe(arguments);
    record(name, arguments, static_cast<std::int64_t>(result), error, duration, why);
    errno = error;
    return result;
}

}  // namespace trace
}  // namespace minidock
