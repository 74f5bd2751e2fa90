// The inner half of `create`: what the container's first process does between clone3(2) and the
// container's program. It runs in the new namespaces, as a copy of minirun.
#pragma once

#include <string>

#include "minidock/base/fd.hpp"
#include "minidock/cgroups/group.hpp"
#include "minidock/namespaces/hand_over.hpp"
#include "minidock/runtime/seccomp_listener.hpp"
#include "minidock/runtime/spec.hpp"

namespace minidock::runtime {

/// What the first process is given by its parent.
struct InitPlan {
    const Spec& spec;
    const cgroups::Group& group;
    cgroups::Entrance entrance;  ///< into the folders of the group that it was not born in
    std::string state;           ///< the container's state, for the hooks that run inside
    Fd start_fifo;               ///< readable once `start` lets the program go
    Fd console_socket;           ///< takes the master end of the terminal; none without a terminal
    std::optional<security::SeccompProgram> seccomp;  ///< translated by the parent
    SeccompListener listener;
    std::vector<Fd> mount_sources;  ///< one for each mount: made by the parent, or none
    int preserved_fds = 0;          ///< how many descriptors from 3 on the program keeps
    bool keep_keyring = false;
    bool no_pivot = false;
};

/// Prepares the container around the calling process, meets its parent (once before the root is
/// pivoted if there are hooks for that point, once when all is ready), waits for `start`, and
/// becomes the container's program.
/// @throws whatever the step that failed throws, until all is ready; from then on nobody listens,
///         and the reason is written to the container's standard error
[[noreturn]] void run_init(InitPlan& plan, namespaces::ChildSide& parent);

}  // namespace minidock::runtime
