// The filters that all of Docker's prune requests have: label, label!, and until, a moment before
// which a thing must have been made.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "minidock/base/timestamp.hpp"
#include "minidock/http/filters.hpp"

namespace minidock::api {

class PruneFilter {
  public:
    /// @throws BadParameter for another filter, or a moment that is none
    explicit PruneFilter(http::Filters filters);
    [[nodiscard]] bool passes(const std::map<std::string, std::string>& labels,
                              Timestamp created) const;

  private:
    http::Filters filters_;
    std::optional<Timestamp> until_;
};

/// Whether there is such a label: "key", or "key=value".
bool has_label(const std::map<std::string, std::string>& labels, const std::string& wish);

/// "1h30m", in Go's notation. @return nothing when it is none
std::optional<std::chrono::nanoseconds> parse_go_duration(std::string_view text);

}  // namespace minidock::api
