#include "minidock/api/prune_filter.hpp"

#include <algorithm>
#include <charconv>

#include "minidock/base/error.hpp"

namespace minidock::api {
namespace {

/// A Unix time, RFC 3339, or how long ago.
Timestamp parse_until(const std::string& text) {
    std::int64_t seconds = 0;
    const char* const end = text.data() + text.size();
    const auto number = std::from_chars(text.data(), end, seconds);
    if (number.ec == std::errc{} && number.ptr == end) {
        return Timestamp{std::chrono::seconds{seconds}};
    }
    if (const auto time = from_rfc3339(text)) return *time;
    if (const auto ago = parse_go_duration(text)) return now() - *ago;
    throw BadParameter("invalid filter 'until=" + text + "'");
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_go_duration(std::string_view text) {
    double total = 0;
    if (text.empty()) return std::nullopt;
    while (!text.empty()) {
        double number = 0;
        const auto [unit, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{}) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(unit - text.data()));
        const std::size_t length = std::min(text.find_first_of("0123456789."), text.size());
        const std::string_view name = text.substr(0, length);
        const double factor = name == "h"    ? 3600e9
                              : name == "m"  ? 60e9
                              : name == "s"  ? 1e9
                              : name == "ms" ? 1e6
                              : name == "us" ? 1e3
                              : name == "ns" ? 1
                                             : 0;
        if (factor == 0) return std::nullopt;
        total += number * factor;
        text.remove_prefix(length);
    }
    return std::chrono::nanoseconds{static_cast<std::int64_t>(total)};
}

bool has_label(const std::map<std::string, std::string>& labels, const std::string& wish) {
    const std::size_t equals = wish.find('=');
    const auto label = labels.find(wish.substr(0, equals));
    if (label == labels.end()) return false;
    return equals == std::string::npos || label->second == wish.substr(equals + 1);
}

PruneFilter::PruneFilter(http::Filters filters) : filters_{std::move(filters)} {
    filters_.allow_only({"label", "label!", "until"});
    const auto& until = filters_.values("until");
    if (until.size() > 1) throw BadParameter("more than one until filter specified");
    if (!until.empty()) until_ = parse_until(until.front());
}

bool PruneFilter::passes(const std::map<std::string, std::string>& labels,
                         Timestamp created) const {
    const auto& wanted = filters_.values("label");
    const auto& unwanted = filters_.values("label!");
    const auto has = [&](const std::string& label) { return has_label(labels, label); };
    return std::all_of(wanted.begin(), wanted.end(), has) &&
           std::none_of(unwanted.begin(), unwanted.end(), has) && (!until_ || created < *until_);
}

}  // namespace minidock::api
