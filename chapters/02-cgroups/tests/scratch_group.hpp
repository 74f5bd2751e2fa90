// A control group for one test, with processes that run in it; gone at the end of the test,
// whatever is still running.
#pragma once

#include <functional>
#include <string>

#include "minidock/base/child.hpp"
#include "minidock/cgroups/group.hpp"

namespace minidock::cgroups::test {

class ScratchGroup {
  public:
    /// Under a name that no other process has.
    explicit ScratchGroup(ControllerSet accounting = Group::usual_accounting);
    ~ScratchGroup();
    ScratchGroup(const ScratchGroup&) = delete;
    ScratchGroup& operator=(const ScratchGroup&) = delete;

    Group& operator*() { return group_; }
    Group* operator->() { return &group_; }

    /// Starts a process that does `work` and exits with what it returns; comes back when it is in
    /// the group.
    Child run(const std::function<int()>& work);

  private:
    Group group_;
};

/// Touches `bytes` of new memory.
void use_memory(std::size_t bytes);
/// Keeps a processor busy, and never returns.
int spin();
/// Waits, and never returns.
int idle();

}  // namespace minidock::cgroups::test
