// How well a running container is, as its health check tells: State.Health of the API.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "minidock/base/json.hpp"
#include "minidock/base/timestamp.hpp"

namespace minidock::containers {

/// Config.Healthcheck. A duration of 0 stands for Docker's default.
struct Healthcheck {
    std::vector<std::string> command;  ///< program and arguments; empty: there is no check
    std::chrono::nanoseconds interval{};
    std::chrono::nanoseconds timeout{};
    std::chrono::nanoseconds start_period{};    ///< in which a failure does not count
    std::chrono::nanoseconds start_interval{};  ///< between two checks in that time
    int retries = 0;                            ///< so many failures one after the other
};

/// Reads Config.Healthcheck: the forms ["NONE"], ["CMD", program…] and ["CMD-SHELL", line].
/// @throws BadParameter
Healthcheck parse_healthcheck(const Json& document, const std::vector<std::string>& shell);

struct HealthProbe {
    Timestamp start;
    Timestamp end;
    int exit_code = 0;
    std::string output;
};

struct Health {
    enum class Status { none, starting, healthy, unhealthy };
    Status status = Status::none;
    int failing_streak = 0;
    std::deque<HealthProbe> log;  ///< the last five, the oldest first
};

/// "healthy", as the API writes it.
std::string_view name(Health::Status status);

/// The health after one more check.
/// @param counts_failure  false while the container is still starting
Health after_probe(Health health, HealthProbe probe, const Healthcheck& check, bool counts_failure);

}  // namespace minidock::containers
