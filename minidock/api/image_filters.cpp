#include "minidock/api/image_filters.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <charconv>

#include "minidock/api/prune_filter.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/timestamp.hpp"

namespace minidock::api {
namespace {

bool fits(const std::string& pattern, const std::string& name) {
    return ::fnmatch(pattern.c_str(), name.c_str(), FNM_PATHNAME) == 0;
}

bool fits_reference(const std::string& pattern, const image::Reference& name) {
    return fits(pattern, name.familiar()) || fits(pattern, name.familiar_repository());
}

bool read_boolean(const std::string& name, const std::string& value) {
    if (value == "true" || value == "1") return true;
    if (value == "false" || value == "0") return false;
    throw BadParameter(fmt::format("invalid filter '{}={}'", name, value));
}

/// RFC 3339, seconds since 1970, or how long ago.
Timestamp read_time(const std::string& value) {
    if (const auto time = from_rfc3339(value)) return *time;
    if (const auto duration = parse_go_duration(value)) return now() - *duration;
    std::int64_t seconds = 0;
    const char* const end = value.data() + value.size();
    const auto [rest, error] = std::from_chars(value.data(), end, seconds);
    if (error != std::errc{} || rest != end)
        throw BadParameter(fmt::format("invalid filter 'until={}'", value));
    return Timestamp{std::chrono::seconds{seconds}};
}

}  // namespace

ImageFilter::ImageFilter(const http::Filters& filters, const image::Store& store)
    : filters_{filters} {
    filters.allow_only({"reference", "label", "dangling", "before", "since", "until"});
    for (const std::string& value : filters.values("dangling"))
        dangling_ = read_boolean("dangling", value);
    for (const std::string& value : filters.values("until"))
        before_ = read_time(value);
    for (const std::string& name : filters.values("before"))
        before_ = store.get(name).config.created;
    for (const std::string& name : filters.values("since"))
        since_ = store.get(name).config.created;
}

ImageFilter ImageFilter::to_prune(const http::Filters& filters, const image::Store& store) {
    ImageFilter filter{filters, store};
    const bool all = filter.dangling_ && !*filter.dangling_;
    filter.dangling_ = all ? std::nullopt : std::optional{true};
    return filter;
}

bool ImageFilter::keep_matching_tags(image::Image& image) const {
    if (!filters_.has("reference")) return true;
    std::erase_if(image.tags, [&](const image::Reference& tag) {
        return std::ranges::none_of(filters_.values("reference"), [&](const std::string& pattern) {
            return fits_reference(pattern, tag);
        });
    });
    return !image.tags.empty();
}

bool ImageFilter::has_labels(const image::Image& image) const {
    return std::ranges::all_of(filters_.values("label"), [&](const std::string& wanted) {
        return has_label(image.config.config.labels, wanted);
    });
}

bool ImageFilter::apply(image::Image& image) const {
    if (dangling_ && *dangling_ != image.tags.empty()) return false;
    const Timestamp created = image.config.created.value_or(Timestamp{});
    if (before_ && created >= *before_) return false;
    if (since_ && created <= *since_) return false;
    return has_labels(image) && keep_matching_tags(image);
}

}  // namespace minidock::api
