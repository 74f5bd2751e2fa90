// A child process and how it ended. See waitid(2), pidfd_open(2), posix_spawn(3).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "minidock/base/fd.hpp"

namespace minidock {

/// How a process ended: by exit(3) with a code, or by a signal.
struct ExitStatus {
    int code = 0;    ///< what it gave to exit(3); 0 when a signal ended it
    int signal = 0;  ///< the signal that ended it; 0 when it exited

    /// One number for both, as a shell has it: the code, or 128 + the signal.
    [[nodiscard]] int shell_code() const noexcept { return signal != 0 ? 128 + signal : code; }
    [[nodiscard]] bool success() const noexcept { return code == 0 && signal == 0; }
};

/// Owns a child process: whoever lets go of it without having waited kills and reaps it, so that
/// no error path leaves a process behind.
class Child {
  public:
    /// Takes over a child of the caller's.
    Child(pid_t pid, Fd pidfd) noexcept : pid_{pid}, pidfd_{std::move(pidfd)} {}
    Child(Child&& other) noexcept
        : pid_{std::exchange(other.pid_, 0)}, pidfd_{std::move(other.pidfd_)} {}
    Child& operator=(Child&& other) noexcept;
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() { kill_and_reap(); }

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    /// A descriptor that becomes readable when the child has ended.
    [[nodiscard]] int pidfd() const noexcept { return pidfd_.get(); }

    /// Waits for the end of the child and reaps it.
    ExitStatus wait();
    /// Reaps the child if it has ended.
    std::optional<ExitStatus> try_wait();
    /// Lets the child live on without an owner; somebody else will reap it.
    pid_t detach() noexcept { return std::exchange(pid_, 0); }

  private:
    std::optional<ExitStatus> reap(int options);
    void kill_and_reap() noexcept;

    pid_t pid_;
    Fd pidfd_;
};

/// A program to be started: its path, its arguments, and what it inherits.
struct Program {
    std::string path;
    std::vector<std::string> arguments;                   ///< with argv[0]
    std::optional<std::vector<std::string>> environment;  ///< "NAME=value"; none: the caller's own
    std::vector<std::pair<int, int>> descriptors;         ///< ours -> its
    bool own_session = false;                             ///< setsid(2) first
};

/// Starts a program by posix_spawn(3), which is safe beside other threads, unlike fork and go on.
/// Signals are unblocked and have their default effect in it.
/// @throws SystemError naming the program
Child spawn(const Program& program);

/// A program that has ended, and all that it printed on standard output and standard error.
struct Finished {
    ExitStatus status;
    std::string output;
};

/// Starts a program, collects what it prints, and waits for its end.
/// @throws SystemError naming the program
Finished run_to_the_end(Program program);

/// The folder of the program that is running, where its companions are installed too.
std::string own_program_folder();

}  // namespace minidock
