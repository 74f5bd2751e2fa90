// Runs a shell script in namespaces of its own and keeps what it prints.
#pragma once

#include <functional>
#include <string>

#include "minidock/base/child.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/namespaces/start.hpp"

namespace minidock::namespaces {

/// What became of a script.
struct ScriptResult {
    std::string out;  ///< standard output and standard error
    ExitStatus status;
};

/// A shell in namespaces of its own; it is killed when its owner lets go of it.
class ShellInside {
  public:
    /// @param prepare is called in there before the shell is started
    ShellInside(
        const Plan& plan, const std::string& script, const std::function<void()>& prepare = [] {});

    [[nodiscard]] pid_t pid() const { return child_.pid(); }
    Child& child() { return child_; }
    /// Waits until it ends.
    ScriptResult result();

  private:
    Pipe output_ = Pipe::make();
    Child child_;
};

/// A /proc that shows the processes in there, for `prepare`. Needs mount and PID namespaces.
void mount_proc();

}  // namespace minidock::namespaces
