#include "minidock/containers/restart_policy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "minidock/base/error.hpp"

namespace minidock::containers {
namespace {

constexpr std::chrono::milliseconds first_delay{100};
constexpr std::chrono::milliseconds longest_delay{60'000};
constexpr std::chrono::seconds long_enough{10};

RestartPolicy::Kind parse_kind(const std::string& name) {
    using Kind = RestartPolicy::Kind;
    if (name.empty() || name == "no") return Kind::no;
    if (name == "always") return Kind::always;
    if (name == "unless-stopped") return Kind::unless_stopped;
    if (name == "on-failure") return Kind::on_failure;
    throw BadParameter(
        fmt::format("invalid restart policy: unknown policy '{}'; use one of 'no', 'always', "
                    "'on-failure', or 'unless-stopped'",
                    name));
}

}  // namespace

RestartPolicy parse_restart_policy(const Json& policy, bool auto_remove) {
    if (policy.is_null()) return {};
    const JsonReader reader{policy};
    RestartPolicy result{
        .kind = parse_kind(reader.string_or("Name", "")),
        .most_retries = static_cast<int>(reader.integer_or("MaximumRetryCount", 0))};
    if (result.kind != RestartPolicy::Kind::on_failure && result.most_retries != 0) {
        throw BadParameter(
            "invalid restart policy: maximum retry count can only be used with 'on-failure'");
    }
    if (result.most_retries < 0) {
        throw BadParameter("invalid restart policy: maximum retry count cannot be negative");
    }
    if (result.kind != RestartPolicy::Kind::no && auto_remove) {
        throw BadParameter("can't create 'AutoRemove' container with restart policy");
    }
    return result;
}

bool RestartPolicy::wants_restart(const State& state) const {
    if (state.manually_stopped) return false;
    switch (kind) {
        case Kind::no:
            return false;
        case Kind::always:
        case Kind::unless_stopped:
            return true;
        case Kind::on_failure:
            return state.exit_code != 0 &&
                   (most_retries == 0 || state.restart_count < most_retries);
    }
    return false;
}

bool RestartPolicy::wants_start_with_daemon(const State& state) const {
    const bool has_run = state.started_at.has_value();
    return has_run && (kind == Kind::always || wants_restart(state));
}

std::chrono::milliseconds RestartDelay::next(std::chrono::nanoseconds ran_for) {
    if (ran_for >= long_enough) last_ = std::chrono::milliseconds{0};
    last_ = std::clamp(last_ * 2, first_delay, longest_delay);
    return last_;
}

}  // namespace minidock::containers
