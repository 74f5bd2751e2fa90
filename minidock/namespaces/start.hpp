// Starts a process in namespaces of its own: clone3(2), the id maps, and the hand-over between
// the two sides. This is the heart of every container.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "minidock/base/child.hpp"
#include "minidock/namespaces/hand_over.hpp"
#include "minidock/namespaces/id_map.hpp"
#include "minidock/namespaces/kind.hpp"

namespace minidock::namespaces {

/// What the new process gets.
struct Plan {
    KindSet own;                ///< the kinds of namespaces that it does not share with its parent
    IdMaps id_maps;             ///< for Kind::user
    int cgroup = -1;            ///< a cgroup v2 folder for it to be born in; -1: the parent's
    std::string name = "init";  ///< what the trace calls it
    int user_namespace = -1;    ///< one that exists, to be joined first; -1: the parent's
};

/// What the two sides do before the program runs.
struct Sides {
    /// In the parent, while the child exists and waits: for what can only be done from outside.
    /// It may let the child go on and wait for its next point, once or more often; the last go on
    /// is start()'s.
    std::function<void(pid_t pid, ParentSide& child)> outside = [](pid_t, ParentSide&) {};
    /// In the child, from when the parent has let it go on. Ends in execve(2); what it throws is
    /// told by the parent. It may say that it has reached a point as often as `outside` waits.
    std::function<void(ChildSide& parent)> inside;
};

/// Makes the process, and comes back when its program runs. Only for programs with one thread.
/// @throws StartError  with the reason and exit code of a child that could not go on
/// @throws SystemError when the kernel refused the parent something
Child start(const Plan& plan, const Sides& sides);

/// A user namespace with these maps and no process in it, for id-mapped mounts.
Fd user_namespace_with(const IdMaps& maps);

/// Replaces the calling process by a program, which is looked for in the PATH of `environment`
/// as execvp(3) does.
/// @throws StartError 127 when it is not found, 126 when it cannot be executed
[[noreturn]] void execute(const std::vector<std::string>& arguments,
                          const std::vector<std::string>& environment);

/// The file that a program's name stands for: the name itself when it has a slash, else the first
/// executable file of that name in the folders of PATH. Looked for from the caller's root and
/// working directory.
/// @throws StartError in the words that Docker uses: exec: "x": executable file not found in
/// $PATH
std::string find_program(const std::string& name, const std::vector<std::string>& environment);

}  // namespace minidock::namespaces
