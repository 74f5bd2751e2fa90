// Reports of a transfer's steps from several threads, one at a time and not too many. Inside the
// module.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "minidock/registry/pull.hpp"
#include "minidock/registry/session.hpp"

namespace minidock::registry {

class Reports {
  public:
    explicit Reports(const StepSink& sink) : sink_{sink} {}

    void tell(const std::string& id, const std::string& status);
    /// Tells ten times a second, and at the end.
    void progress(const std::string& id, const std::string& status, std::uint64_t done,
                  std::uint64_t total);

  private:
    const StepSink& sink_;
    std::mutex mutex_;
    std::map<std::string, std::chrono::steady_clock::time_point> last_;
};

/// A registry's refusal of what was asked about an image, in words that say what it was about.
/// @throws NotFound or Refused
[[noreturn]] void throw_for_people(const Refused& refusal, const image::Reference& name);

}  // namespace minidock::registry
