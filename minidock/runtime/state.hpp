// What minirun knows of a container between two of its calls: a folder per container below
// --root, with state.json, a copy of config.json ("any updates to config.json after this step MUST
// NOT affect the container"), and, until the program is started, the fifo that it waits at.
// See the OCI runtime specification, runtime.md, "State".
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "minidock/base/json.hpp"
#include "minidock/base/timestamp.hpp"
#include "minidock/runtime/hooks.hpp"

namespace minidock::runtime {

/// The states of the specification, and "paused", which runtimes add.
enum class Status { creating, created, running, paused, stopped };

std::string_view name(Status status);

/// A process that cannot be confused with a later one of the same number: it started at this time
/// (proc_pid_stat(5), field 22, in clock ticks since the machine was started).
struct ProcessId {
    pid_t pid = 0;
    std::uint64_t start_time = 0;
};

/// The start time of a process; none when it is gone, or ended and not yet waited for.
std::optional<std::uint64_t> start_time_of(pid_t pid);

/// What is kept in state.json.
struct Record {
    std::string id;
    std::string oci_version;
    std::string bundle;
    std::string rootfs;
    std::string cgroups_path;  ///< below the hierarchies' mount points
    std::string scope;         ///< systemd's unit whose group it is; empty: the group is our own
    ProcessId init;            ///< pid 0 until the process exists
    Timestamp created;
    std::map<std::string, std::string> annotations;
    std::vector<Hook> poststart;  ///< what `start` and `delete` need of config.json
    std::vector<Hook> poststop;
};

/// The folder of one container.
class StateFolder {
  public:
    /// Makes it. @throws Conflict when a container of this id exists
    static StateFolder create(const std::string& root, const std::string& id);
    /// Finds it. @throws NotFound: container "x" does not exist
    static StateFolder open(const std::string& root, const std::string& id);
    /// The ids of all below a root.
    static std::vector<std::string> list(const std::string& root);

    [[nodiscard]] std::string fifo() const { return path_ + "/exec.fifo"; }
    /// The copy of config.json, as it was when the container was created.
    [[nodiscard]] std::string config() const { return path_ + "/config.json"; }

    /// Writes the copy of config.json.
    void keep_config(const std::string& text) const;
    void save(const Record& record) const;
    /// None where the container was never recorded: its creator died at once.
    [[nodiscard]] std::optional<Record> load() const;
    [[nodiscard]] Status status(const Record& record) const;
    /// Removes the folder.
    void remove() const;

  private:
    explicit StateFolder(std::string path) : path_{std::move(path)} {}
    std::string path_;
};

/// The state as the specification shows it to hooks and to `minirun state`.
Json state_document(const Record& record, Status status);

/// Letters, digits and "_+-.", and no dot first; never a path.
/// @throws BadParameter naming the id
void check_id(const std::string& id);

}  // namespace minidock::runtime
