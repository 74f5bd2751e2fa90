// A command in namespaces of its own, from wish to running process: `chapter01 run`, and what the
// programs of the later chapters build on. See namespaces(7), user_namespaces(7).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "minidock/base/child.hpp"
#include "minidock/namespaces/id_map.hpp"
#include "minidock/namespaces/kind.hpp"
#include "minidock/namespaces/start.hpp"

namespace minidock::namespaces {

/// What is asked for. Every kind of namespace is the command's own, unless it is shared; only a
/// user namespace has to be asked for by a map, or is needed because the caller is not root.
struct Isolation {
    KindSet shared{};                       ///< kinds to leave as the caller's
    std::optional<std::string> hostname{};  ///< none: the caller's, copied
    std::vector<IdRange> id_map{};          ///< of users and of groups alike
    bool init = false;                      ///< our own PID 1 runs the command as its child
};

/// What later chapters add to it.
struct Additions {
    /// A cgroup v2 folder for the process to be born in; -1: the caller's (chapter 2).
    int cgroup = -1;
    /// In the child, before anything else (chapter 2: it moves itself into its groups of cgroup
    /// v1).
    std::function<void()> join{};
    /// In the parent, while the child waits.
    std::function<void(pid_t child)> outside = [](pid_t) {};
    /// In the child, instead of mounting a /proc of its own on the caller's tree (chapter 3: the
    /// command's own root).
    std::function<void()> root{};
};

/// The kinds that this kernel has. Time namespaces came with Linux 5.6.
KindSet available_kinds();

/// Turns the wish into what to clone: the kinds, and the id maps. Without root, and without a map,
/// the caller's own user becomes root inside.
/// @throws BadParameter when wishes contradict each other
Plan plan_for(const Isolation& wish, KindSet available);

/// Runs a command so, and comes back when it runs. It is killed when the caller ends.
/// @param environment "NAME=value"; its PATH is where the command is looked for
/// @throws StartError with exit code 127 or 126 when the command cannot be run
/// @throws SystemError, BadParameter
Child run(const Isolation& wish, const std::vector<std::string>& command,
          const std::vector<std::string>& environment, const Additions& additions = {});

/// This process's environment, as "NAME=value" each.
std::vector<std::string> own_environment();

}  // namespace minidock::namespaces
