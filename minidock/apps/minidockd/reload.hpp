// SIGHUP: the daemon reads its configuration file again. What can change while it runs is whether
// it logs what it is asked (debug); all else takes effect at the next start.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace minidock::apps {

class OnHangUp {
  public:
    /// To be made before any other thread: the signal is blocked in all that are started later.
    explicit OnHangUp(std::function<void()> reload);
    ~OnHangUp();
    OnHangUp(const OnHangUp&) = delete;
    OnHangUp& operator=(const OnHangUp&) = delete;

  private:
    std::atomic<bool> over_ = false;
    std::thread thread_;
};

}  // namespace minidock::apps
