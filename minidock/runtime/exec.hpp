// A further process in a container that is there: `minirun exec`, which `docker exec` comes down
// to. It enters the namespaces and the control group of the container's first process, and then
// gives up the same privileges on the same last steps (program.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "minidock/base/child.hpp"
#include "minidock/runtime/spec.hpp"

namespace minidock::runtime {

/// What the command line changes in a process; what is not given stays.
struct ProcessChanges {
    std::vector<std::string> args;
    std::string cwd;
    std::vector<std::string> env;           ///< added
    std::string user;                       ///< "UID" or "UID:GID"
    std::vector<gid_t> additional_gids;     ///< added
    std::vector<std::string> capabilities;  ///< added to every set
    bool no_new_privileges = false;
    bool terminal = false;
};

struct ExecOptions {
    std::string root;  ///< the folder of all containers' states
    std::string id;
    std::string
        process_file;  ///< a process.json; empty: the process of the container's config.json
    ProcessChanges changes;
    std::string pid_file;         ///< takes the new process's PID; empty: none
    std::string console_socket;   ///< takes the master end of the terminal
    const Fd* console = nullptr;  ///< a connected socket instead of console_socket
    int preserved_fds = 0;        ///< how many descriptors from 3 on the program keeps
    bool ignore_paused = false;   ///< also in a paused container, where the process stands at once
    bool detach = false;          ///< leave it running and come back
};

/// Applies the command line's changes to a process of config.json.
/// @throws BadParameter naming what cannot be understood
void apply(const ProcessChanges& changes, Process& process);

/// Starts the process and comes back when it runs.
/// @throws Conflict when the container is stopped or paused
Child exec(const ExecOptions& options);

/// Starts the process, passes signals on to it and waits for its end.
ExitStatus exec_in_foreground(const ExecOptions& options);

}  // namespace minidock::runtime
