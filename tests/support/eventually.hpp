// Waiting in tests for what another process does in its own time.
#pragma once

#include <chrono>
#include <ctime>

namespace minidock::test {

/// Waits until `condition` holds, looking again and again. @return whether it came true
template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds limit = std::chrono::seconds{10}) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        const timespec pause{.tv_sec = 0, .tv_nsec = 10'000'000};
        ::nanosleep(&pause, nullptr);
    }
    return true;
}

}  // namespace minidock::test
