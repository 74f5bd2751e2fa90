// The keys with which somebody at a terminal leaves a container without ending it: Docker's
// ctrl-p,ctrl-q. They are taken out of the input; what only looked like their beginning is not.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace minidock::shim {

/// The bytes of a description such as "ctrl-p,ctrl-q", "ctrl-@,x".
/// @return nothing when it is none
std::optional<std::string> parse_detach_keys(std::string_view description);

/// Watches input for the keys.
class DetachKeys {
  public:
    /// @param keys the bytes to look for; none: never detaches
    explicit DetachKeys(std::string keys) : keys_{std::move(keys)} {}

    struct Result {
        std::string pass_on;    ///< what the container shall read
        bool detached = false;  ///< the keys came
    };
    Result filter(std::string_view input);

  private:
    std::string keys_;
    std::size_t matched_ = 0;  // how many of keys_ are held back
};

}  // namespace minidock::shim
