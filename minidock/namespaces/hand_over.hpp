// How a parent and the child it has cloned wait for each other. The child cannot go on before the
// parent has written its id maps and put it into its cgroup; the parent cannot go on before the
// child has its mounts; and what goes wrong in the child has to be told by the parent, since only
// the parent has somebody to tell.
//
// Both hold one end of a socket pair. A side says "reached" and waits for the other's "go on".
#pragma once

#include <stdexcept>
#include <string>

#include "minidock/base/fd.hpp"

namespace minidock::namespaces {

/// A process that could not be made to run its program. what() is the reason; in the parent it is
/// the child's own.
class StartError : public std::runtime_error {
  public:
    explicit StartError(const std::string& reason, int exit_code = 1)
        : std::runtime_error{reason}, exit_code_{exit_code} {}
    /// As shells and Docker have it: 127 where the program was not found, 126 where it could not
    /// be executed, else 1.
    [[nodiscard]] int exit_code() const noexcept { return exit_code_; }

  private:
    int exit_code_;
};

/// The child's end.
class ChildSide {
  public:
    explicit ChildSide(Fd socket) noexcept : socket_{std::move(socket)} {}

    /// Tells the parent that this point is reached, and waits until it says go on. When the parent
    /// has gone, so does the child.
    void reached();
    /// Tells the parent what went wrong, with the exit code that fits, and ends the process.
    [[noreturn]] void fail(const std::string& reason, int exit_code) noexcept;
    /// Lets the parent go its way: it sees the same as at a successful execve(2).
    void close() { socket_.reset(); }
    /// The end's descriptor. It is close-on-exec: that it closes without a word tells the parent
    /// that execve(2) has succeeded.
    [[nodiscard]] int fd() const noexcept { return socket_.get(); }

  private:
    Fd socket_;
};

/// The parent's end.
class ParentSide {
  public:
    explicit ParentSide(Fd socket) noexcept : socket_{std::move(socket)} {}

    /// Waits until the child has reached its next point.
    /// @throws StartError with the child's own reason when it could not
    void wait_for_child();
    /// Lets the child go on.
    void let_go_on();
    /// Waits until the child runs its program.
    /// @throws StartError when it could not
    void wait_for_exec();

  private:
    /// @return whether a point was reached; false when the child's end has closed
    bool wait_for_word();
    Fd socket_;
};

/// The two ends, before the clone.
struct HandOver {
    ParentSide parent;
    ChildSide child;
    static HandOver make();
};

}  // namespace minidock::namespaces
