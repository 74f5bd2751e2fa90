#include "minidock/api/time_parameter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "minidock/base/error.hpp"

namespace minidock::api {

std::optional<Timestamp> time_parameter(const http::Query& query, const char* name) {
    const std::string text = query.text(name, "0");
    const std::size_t point = text.find('.');
    std::string digits = point == std::string::npos ? "" : text.substr(point + 1);
    digits.resize(9, '0');
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    const char* const seconds_end = text.data() + std::min(point, text.size());
    const auto first = std::from_chars(text.data(), seconds_end, seconds);
    const auto second = std::from_chars(digits.data(), digits.data() + 9, nanoseconds);
    if (first.ec != std::errc{} || first.ptr != seconds_end || second.ec != std::errc{} ||
        second.ptr != digits.data() + 9) {
        throw BadParameter(fmt::format("invalid value for \"{}\": {}", name, text));
    }
    if (seconds == 0 && nanoseconds == 0) return std::nullopt;
    return Timestamp{std::chrono::seconds{seconds} + std::chrono::nanoseconds{nanoseconds}};
}

}  // namespace minidock::api
