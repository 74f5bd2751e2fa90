// One thread that serves many descriptors: everybody says what they wait for, poll(2) sleeps
// until the first of it happens, and those concerned are called. The set is made anew for every
// round, so that it always follows from the state that things are in.
#pragma once

#include <poll.h>

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

namespace minidock::shim {

class PollLoop {
  public:
    /// Called with the poll(2) events that happened.
    using Handler = std::function<void(short events)>;

    /// For this round: calls `handler` when one of `events` happens on `fd`, or it hangs up.
    void watch(int fd, short events, Handler handler);
    /// Sleeps until something happens or the time is over, calls the handlers of what happened,
    /// and forgets them all.
    void wait(std::optional<std::chrono::milliseconds> timeout);

  private:
    std::vector<pollfd> descriptors_;
    std::vector<Handler> handlers_;
};

}  // namespace minidock::shim
