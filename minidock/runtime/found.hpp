// A container that is there, for the verbs that act on one.
#pragma once

#include <string>

#include "minidock/base/fd.hpp"
#include "minidock/runtime/state.hpp"

namespace minidock::runtime {

struct Found {
    StateFolder folder;
    Record record;
    Status status;
};

/// @throws NotFound also for a container whose creator died before it recorded anything
Found find(const std::string& root, const std::string& id);

/// Throws Conflict: cannot VERB container "x": it is STATUS.
[[noreturn]] void refuse(const std::string& verb, const Found& container);

/// A descriptor of the container's first process, which no later process of the same number can
/// come to be. Refuses the verb when the process has ended.
Fd open_first_process(const std::string& verb, const Found& container);

}  // namespace minidock::runtime
