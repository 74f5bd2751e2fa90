// The query of a request's target, "?all=1&filters=%7B…%7D": RFC 3986 section 3.4 for the escapes,
// and the Docker Engine API for what the values mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "minidock/http/filters.hpp"

namespace minidock::http {

/// Replaces %XX by its byte. A % that no two hexadecimal digits follow stands for itself.
std::string percent_decode(std::string_view text);
/// Escapes all but RFC 3986's unreserved characters and those in `keep`.
std::string percent_encode(std::string_view text, std::string_view keep = "");

/// The names and values of a query, in their order.
class Query {
  public:
    Query() = default;
    /// @param text what stands after the question mark
    explicit Query(std::string_view text);

    [[nodiscard]] bool has(std::string_view name) const;
    /// The first value of that name; nothing when it is missing.
    [[nodiscard]] std::optional<std::string> get(std::string_view name) const;
    /// The first value of that name, or `otherwise` when it is missing or empty.
    [[nodiscard]] std::string text(std::string_view name, std::string_view otherwise = "") const;
    /// Every value of that name: names=a&names=b.
    [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
    /// As Docker reads a boolean: empty, 0, no, false and none are false, anything else is true.
    [[nodiscard]] bool flag(std::string_view name, bool otherwise = false) const;
    /// @throws BadParameter naming the parameter when its value is no number
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
    /// The parameter `filters`; an empty set when it is missing.
    /// @throws BadParameter when it is not JSON of either form
    [[nodiscard]] Filters filters() const;

  private:
    std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace minidock::http
