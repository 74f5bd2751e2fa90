// The life of a container, as the verbs of minirun's command line.
// See the OCI runtime specification, runtime.md, "Lifecycle" and "Operations".
#pragma once

#include <string>
#include <vector>

#include "minidock/base/child.hpp"
#include "minidock/base/json.hpp"
#include "minidock/cgroups/stats.hpp"
#include "minidock/runtime/state.hpp"

namespace minidock::runtime {

/// What `create` and `run` are told on the command line.
struct CreateOptions {
    std::string root;  ///< the folder of all containers' states
    std::string id;
    std::string bundle;           ///< the folder of config.json, absolute
    std::string pid_file;         ///< takes the PID of the first process; empty: none
    std::string console_socket;   ///< takes the master end of the terminal
    const Fd* console = nullptr;  ///< a connected socket instead of console_socket
    int preserved_fds = 0;        ///< how many descriptors from 3 on the program keeps
    bool keep_keyring = false;    ///< share the caller's session keyring
    bool no_pivot = false;        ///< move the root instead of pivoting it
    bool systemd_cgroup = false;  ///< systemd makes the control group, as a scope
};

/// Makes the container, up to the point where its program would start. When it fails, nothing is
/// left behind.
/// @return its first process, which waits for start()
Child create(const CreateOptions& options);

/// Lets the program of a created container go.
/// @throws Conflict when it is not in the state "created"
void start(const std::string& root, const std::string& id);

/// Creates, starts, waits for the end and deletes. Signals are passed on.
/// @return how the program ended
ExitStatus run(const CreateOptions& options);

/// Sends a signal to the first process, or to all.
/// @throws Conflict when the container does not run
void kill(const std::string& root, const std::string& id, int signal, bool all);

/// Removes what is left of a container.
/// @param force  also one that runs, and with no complaint one that does not exist
/// @throws Conflict when it still runs
void remove(const std::string& root, const std::string& id, bool force);

/// Stops all processes where they are. @throws Conflict when the container does not run
void pause(const std::string& root, const std::string& id);
/// Lets them go on. @throws Conflict when it is not paused
void resume(const std::string& root, const std::string& id);

/// All processes of a container.
std::vector<pid_t> processes(const std::string& root, const std::string& id);

/// What a container has used so far, and how many of its processes the kernel has killed for want
/// of memory. @throws Conflict when it is stopped
struct Usage {
    cgroups::Stats stats;
    std::uint64_t oom_kills = 0;
};
Usage usage(const std::string& root, const std::string& id);

/// Changes a container's limits while it runs.
/// @param resources as `linux.resources` of a config.json; what is missing stays as it is
void update(const std::string& root, const std::string& id, const Json& resources);

/// The state document of the specification.
Json state(const std::string& root, const std::string& id);

/// One row of `list`.
struct Listed {
    Record record;
    Status status;
};
std::vector<Listed> list(const std::string& root);

}  // namespace minidock::runtime
