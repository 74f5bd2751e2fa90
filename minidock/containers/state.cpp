#include "minidock/containers/state.hpp"

#include <array>

#include "minidock/base/error.hpp"

namespace minidock::containers {
namespace {

constexpr std::array status_names{"created", "running",  "paused", "restarting",
                                  "exited",  "removing", "dead"};

std::string text_of(const std::optional<Timestamp>& time) {
    return time ? to_rfc3339(*time) : std::string{never};
}

}  // namespace

std::string_view name(Status status) {
    return status_names.at(static_cast<std::size_t>(status));
}

Status parse_status(std::string_view text) {
    for (std::size_t i = 0; i < status_names.size(); ++i) {
        if (text == status_names.at(i)) return static_cast<Status>(i);
    }
    throw BadParameter("no status of a container: " + std::string{text});
}

Json to_json(const State& state) {
    return {
        {"Name", state.name},
        {"Status", name(state.status)},
        {"Pid", state.pid},
        {"ExitCode", state.exit_code},
        {"OOMKilled", state.oom_killed},
        {"Error", state.error},
        {"StartedAt", text_of(state.started_at)},
        {"FinishedAt", text_of(state.finished_at)},
        {"RestartCount", state.restart_count},
        {"ManuallyStopped", state.manually_stopped},
    };
}

State parse_state(const Json& document) {
    const JsonReader reader{document};
    return {
        .name = reader.at("Name").string(),
        .status = parse_status(reader.at("Status").string()),
        .pid = static_cast<pid_t>(reader.integer_or("Pid", 0)),
        .exit_code = static_cast<int>(reader.integer_or("ExitCode", 0)),
        .oom_killed = reader.boolean_or("OOMKilled", false),
        .error = reader.string_or("Error", ""),
        .started_at = from_rfc3339(reader.string_or("StartedAt", "")),
        .finished_at = from_rfc3339(reader.string_or("FinishedAt", "")),
        .restart_count = static_cast<int>(reader.integer_or("RestartCount", 0)),
        .manually_stopped = reader.boolean_or("ManuallyStopped", false),
    };
}

}  // namespace minidock::containers
