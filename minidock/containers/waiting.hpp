// Waiting for what becomes of a container, as `POST /containers/{id}/wait` does. A waiter is told
// through a descriptor, so that who waits can watch something else as well, such as whether the
// client on whose behalf it waits is still there.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "minidock/base/fd.hpp"

namespace minidock::containers {

enum class WaitFor {
    not_running,  ///< it does not run, or runs no more
    next_exit,    ///< the end of this run, or of the next one
    removed,      ///< it is gone
};

/// "not-running", "next-exit", "removed"; empty stands for the first.
/// @throws BadParameter in Docker's words
WaitFor parse_wait_condition(const std::string& text);

struct WaitResult {
    int exit_code = 0;
    std::string error;  ///< why it could not be removed
};

/// Somebody who waits. Made by Container::wait().
class Waiter {
  public:
    explicit Waiter(WaitFor condition);

    [[nodiscard]] WaitFor condition() const noexcept { return condition_; }
    /// Becomes readable when what was waited for has happened.
    [[nodiscard]] int fd() const noexcept { return event_.get(); }
    /// What happened. Only once fd() is readable.
    [[nodiscard]] const WaitResult& result() const noexcept { return result_; }
    /// Tells the waiter. Called once.
    void fulfil(WaitResult result);

  private:
    WaitFor condition_;
    Fd event_;  // an eventfd(2); written to after result_, which is not touched any more then
    WaitResult result_;
};

}  // namespace minidock::containers
