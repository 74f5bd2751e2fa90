// When a container that has ended is started again by itself: HostConfig.RestartPolicy. The rules
// and times are Docker's.
#pragma once

#include <chrono>
#include <string>

#include "minidock/base/json.hpp"
#include "minidock/containers/state.hpp"

namespace minidock::containers {

struct RestartPolicy {
    enum class Kind { no, always, unless_stopped, on_failure };
    Kind kind = Kind::no;
    int most_retries = 0;  ///< with on_failure; 0: no limit

    /// Whether a container that has just ended is to run again.
    [[nodiscard]] bool wants_restart(const State& state) const;
    /// Whether one that a starting daemon finds ended is to run.
    [[nodiscard]] bool wants_start_with_daemon(const State& state) const;
};

/// Reads HostConfig.RestartPolicy.
/// @throws BadParameter in Docker's words
RestartPolicy parse_restart_policy(const Json& policy, bool auto_remove);

/// How long to wait before the next restart: 100 ms, and twice as long each time up to a minute. A
/// container that ran for ten seconds has earned a fresh beginning.
class RestartDelay {
  public:
    std::chrono::milliseconds next(std::chrono::nanoseconds ran_for);

  private:
    std::chrono::milliseconds last_{0};
};

}  // namespace minidock::containers
