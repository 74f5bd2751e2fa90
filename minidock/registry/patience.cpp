#include "minidock/registry/patience.hpp"

#include <algorithm>
#include <thread>

#include "minidock/base/log.hpp"

namespace minidock::registry {
namespace {

/// However long a registry wants us to wait, somebody waits for us.
constexpr std::chrono::seconds longest_pause{60};

}  // namespace

// [patience]
void Patience::wait_or_give_up(const Temporary& error) {
    std::chrono::milliseconds pause = first_pause_;
    // lab 07.4: give up when no attempt is left; else wait, twice as long as before the last
    // attempt, or as long as the registry asked for.
    if (left_ <= 1) throw error;
    pause *= 1U << std::min(all_ - left_, 10U);
    if (error.retry_after()) pause = *error.retry_after();
    --left_;
    // end lab
    log::debug("{}; trying again", error.what());
    std::this_thread::sleep_for(std::min<std::chrono::milliseconds>(pause, longest_pause));
}
// [/patience]

}  // namespace minidock::registry
