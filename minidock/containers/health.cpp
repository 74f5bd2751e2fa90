#include "minidock/containers/health.hpp"

#include <array>

#include "minidock/base/error.hpp"

namespace minidock::containers {
namespace {

constexpr std::size_t most_probes = 5;

std::chrono::nanoseconds duration(const JsonReader& document, const char* name) {
    const std::chrono::nanoseconds value{document.integer_or(name, 0)};
    if (value != value.zero() && value < std::chrono::milliseconds{1}) {
        throw BadParameter(std::string{name} +
                           " in Healthcheck cannot be less than one millisecond");
    }
    return value;
}

}  // namespace

Healthcheck parse_healthcheck(const Json& document, const std::vector<std::string>& shell) {
    if (document.is_null()) return {};
    const JsonReader reader{document};
    Healthcheck check{.interval = duration(reader, "Interval"),
                      .timeout = duration(reader, "Timeout"),
                      .start_period = duration(reader, "StartPeriod"),
                      .start_interval = duration(reader, "StartInterval"),
                      .retries = static_cast<int>(reader.integer_or("Retries", 0))};
    if (check.retries < 0) throw BadParameter("Retries in Healthcheck cannot be negative");
    const std::vector<std::string> test = reader.strings_or_none("Test");
    if (test.empty() || test[0] == "NONE") return check;
    if (test[0] == "CMD") {
        check.command = {test.begin() + 1, test.end()};
    } else if (test[0] == "CMD-SHELL" && test.size() == 2) {
        check.command = shell.empty() ? std::vector<std::string>{"/bin/sh", "-c"} : shell;
        check.command.push_back(test[1]);
    } else {
        throw BadParameter("unknown type of Healthcheck.Test: " + test[0]);
    }
    return check;
}

std::string_view name(Health::Status status) {
    static constexpr std::array names{"none", "starting", "healthy", "unhealthy"};
    return names.at(static_cast<std::size_t>(status));
}

Health after_probe(Health health, HealthProbe probe, const Healthcheck& check,
                   bool counts_failure) {
    constexpr int default_retries = 3;
    if (probe.exit_code == 0) {
        health.failing_streak = 0;
        health.status = Health::Status::healthy;
    } else if (counts_failure || health.status != Health::Status::starting) {
        ++health.failing_streak;
        const int limit = check.retries == 0 ? default_retries : check.retries;
        if (health.failing_streak >= limit) health.status = Health::Status::unhealthy;
    }
    health.log.push_back(std::move(probe));
    if (health.log.size() > most_probes) health.log.pop_front();
    return health;
}

}  // namespace minidock::containers
