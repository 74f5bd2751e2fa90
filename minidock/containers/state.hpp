// Where a container is in its life.
//
//   created ──start──▶ running ──its program ends──▶ exited ──start──▶ running …
//                       │   ▲
//                       │   pause, unpause (paused)
//                       └─its program ends, and its restart policy starts it again after a while─▶
//                         restarting ──▶ running …
//   created, exited ──remove──▶ removing ──▶ gone; or dead, when something could not be removed
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "minidock/base/json.hpp"
#include "minidock/base/timestamp.hpp"

namespace minidock::containers {

enum class Status { created, running, paused, restarting, exited, removing, dead };

/// "running", as the API writes it.
std::string_view name(Status status);
/// @throws BadParameter
Status parse_status(std::string_view text);

/// What changes of a container in its life; kept in state.json.
struct State {
    std::string name;
    Status status = Status::created;
    pid_t pid = 0;  ///< of its first process, as the host sees it; 0: does not run
    int exit_code = 0;
    bool oom_killed = false;
    std::string error;  ///< why it could not be started
    std::optional<Timestamp> started_at;
    std::optional<Timestamp> finished_at;
    int restart_count = 0;          ///< by the restart policy, since somebody started it
    bool manually_stopped = false;  ///< by a request, not by itself

    /// It has processes.
    [[nodiscard]] bool is_running() const {
        return status == Status::running || status == Status::paused;
    }
    /// As the API sees it: one that will be started again in a moment counts as running.
    [[nodiscard]] bool is_up() const { return is_running() || status == Status::restarting; }
};

Json to_json(const State& state);
/// @throws BadParameter
State parse_state(const Json& document);

}  // namespace minidock::containers
