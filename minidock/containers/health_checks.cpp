#include "minidock/containers/health_checks.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <array>

#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/log.hpp"

namespace minidock::containers {
namespace {

// Docker's.
constexpr std::chrono::seconds default_interval{30};
constexpr std::chrono::seconds default_timeout{30};
constexpr std::chrono::seconds default_start_interval{5};

std::chrono::nanoseconds or_default(std::chrono::nanoseconds wish, std::chrono::seconds otherwise) {
    return wish == wish.zero() ? std::chrono::nanoseconds{otherwise} : wish;
}

/// @return false when the container has ended, or the daemon ends
bool wait_for_next_check(const Waiter& end, int stop_fd, std::chrono::nanoseconds time) {
    std::array<pollfd, 2> either{pollfd{.fd = end.fd(), .events = POLLIN, .revents = 0},
                                 pollfd{.fd = stop_fd, .events = POLLIN, .revents = 0}};
    const auto limit = std::chrono::ceil<std::chrono::milliseconds>(time).count();
    return ::poll(either.data(), either.size(), static_cast<int>(limit)) == 0;
}

}  // namespace

void HealthChecks::started(const Container& container) noexcept {
    try {
        const ContainerPtr shared = containers_.get(container.id());
        Health health;
        if (!container.definition().config.healthcheck.command.empty()) {
            health.status = Health::Status::starting;
            containers_.run_in_background(shared, [this, shared] { check_until_it_ends(shared); });
        }
        shared->set_health(health);
    } catch (const std::exception& error) {
        log::error("container {}: health checks: {}", short_id(container.id()), error.what());
    }
}

/// As in Docker, what does not run is not well.
void HealthChecks::after_exit(const Container& container) noexcept {
    try {
        Health health = container.health();
        if (health.status == Health::Status::none) return;
        health.status = Health::Status::unhealthy;
        containers_.get(container.id())->set_health(std::move(health));
    } catch (const std::exception&) {
        // It is gone.
    }
}

void HealthChecks::check_until_it_ends(const ContainerPtr& container) {
    const auto end = container->wait(WaitFor::next_exit);
    const Healthcheck check = container->definition().config.healthcheck;
    const auto start = std::chrono::steady_clock::now();
    for (;;) {
        const auto is_starting = [&] {
            return std::chrono::steady_clock::now() - start < check.start_period;
        };
        const auto interval = is_starting()
                                  ? or_default(check.start_interval, default_start_interval)
                                  : or_default(check.interval, default_interval);
        if (!wait_for_next_check(*end, containers_.stop_fd(), interval)) return;
        if (container->state().status == Status::running) {
            check_once(container, check, is_starting());
        }
    }
}

void HealthChecks::check_once(const ContainerPtr& container, const Healthcheck& check,
                              bool is_starting) {
    const auto timeout = or_default(check.timeout, default_timeout);
    HealthProbe probe{.start = now(), .end = {}, .exit_code = -1, .output = {}};
    try {
        ExecConfig config;
        config.cmd = check.command;
        const Execs::Result result = execs_.run(container, std::move(config), timeout);
        probe.output = result.output;
        if (result.exit_code) {
            probe.exit_code = *result.exit_code;
        } else {
            const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(timeout);
            probe.output = fmt::format("Health check exceeded timeout ({}ms)", ms.count());
        }
    } catch (const std::exception& error) {
        if (!container->state().is_running()) return;
        probe.output = error.what();
    }
    probe.end = now();
    if (!container->state().is_running()) return;
    const Health before = container->health();
    const Health after = after_probe(before, std::move(probe), check, !is_starting);
    container->set_health(after);
    if (after.status != before.status) {
        containers_.announce(*container, fmt::format("health_status: {}", name(after.status)));
    }
}

void HealthChecks::describe(const Container& container, Json& inspect) const {
    const Health health = container.health();
    if (health.status == Health::Status::none) return;
    Json log = Json::array();
    for (const HealthProbe& probe : health.log) {
        log.push_back({{"Start", to_rfc3339(probe.start)},
                       {"End", to_rfc3339(probe.end)},
                       {"ExitCode", probe.exit_code},
                       {"Output", probe.output}});
    }
    inspect["State"]["Health"] = {
        {"Status", name(health.status)}, {"FailingStreak", health.failing_streak}, {"Log", log}};
}

void HealthChecks::summarize(const Container& container, Json& line) const {
    const Health::Status status = container.health().status;
    if (status == Health::Status::none || !container.state().is_running()) return;
    const char* const words = status == Health::Status::starting  ? " (health: starting)"
                              : status == Health::Status::healthy ? " (healthy)"
                                                                  : " (unhealthy)";
    line["Status"] = line["Status"].get<std::string>() + words;
}

}  // namespace minidock::containers
