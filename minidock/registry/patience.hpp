// How often what failed and may be temporary is tried again, and how long one waits before.
#pragma once

#include <chrono>
#include <optional>

#include "minidock/base/error.hpp"
#include "minidock/registry/settings.hpp"

namespace minidock::registry {

/// The registry cannot answer now: 429 or 5xx, or the connection broke.
class Temporary : public RequestError {
  public:
    Temporary(const std::string& message,
              std::optional<std::chrono::seconds> retry_after = std::nullopt)
        : RequestError{message}, retry_after_{retry_after} {}
    /// How long the registry asks to be left alone.
    [[nodiscard]] std::optional<std::chrono::seconds> retry_after() const noexcept {
        return retry_after_;
    }

  private:
    std::optional<std::chrono::seconds> retry_after_;
};

/// Counts attempts and waits between them, twice as long each time.
class Patience {
  public:
    explicit Patience(const Settings& settings)
        : left_{settings.attempts}, all_{settings.attempts}, first_pause_{settings.pause} {}

    /// To be called in the handler of the error: waits before the next attempt.
    /// @throws std::exception the error itself, when there has been enough of them
    void wait_or_give_up(const Temporary& error);
    /// There was progress: what follows is another matter.
    void renew() { left_ = all_; }

  private:
    unsigned left_;
    unsigned all_;
    std::chrono::milliseconds first_pause_;
};

/// Does `work` until it succeeds or patience is at an end.
template <class Work>
auto persist(const Settings& settings, Work work) {
    Patience patience{settings};
    for (;;) {
        try {
            return work();
        } catch (const Temporary& error) {
            patience.wait_or_give_up(error);
        }
    }
}

}  // namespace minidock::registry
