#include "minidock/api/container_status.hpp"

#include <fmt/format.h>

#include "minidock/base/duration_text.hpp"

namespace minidock::api {

std::string status_line(const containers::State& state, Timestamp now) {
    using containers::Status;
    const auto since = [&](const std::optional<Timestamp>& time) {
        return human_duration(time ? now - *time : Timestamp::duration::zero());
    };
    switch (state.status) {
        case Status::created:
            return "Created";
        case Status::running:
            return "Up " + since(state.started_at);
        case Status::paused:
            return "Up " + since(state.started_at) + " (Paused)";
        case Status::restarting:
            return fmt::format("Restarting ({}) {} ago", state.exit_code, since(state.finished_at));
        case Status::exited:
            return fmt::format("Exited ({}) {} ago", state.exit_code, since(state.finished_at));
        case Status::removing:
            return "Removal In Progress";
        case Status::dead:
            return "Dead";
    }
    return {};
}

}  // namespace minidock::api
