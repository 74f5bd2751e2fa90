#include "minidock/http/router.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>

namespace minidock::http {
namespace {

using Parameters = std::map<std::string, std::string, std::less<>>;

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> segments;
    while (!path.empty()) {
        path.remove_prefix(path.front() == '/' ? 1 : 0);
        const std::size_t end = std::min(path.find('/'), path.size());
        segments.emplace_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    if (segments.size() > 1 && segments.back().empty()) segments.pop_back();
    return segments;
}

bool is_placeholder(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool takes_several(std::string_view segment) {
    return is_placeholder(segment) && segment.ends_with("...}");
}

std::string name_of(std::string_view placeholder) {
    placeholder.remove_prefix(1);
    placeholder.remove_suffix(takes_several(std::string{'{'} + std::string{placeholder}) ? 4 : 1);
    return std::string{placeholder};
}

/// The placeholders' values when `path` fits `pattern`. A pattern has at most one {name...}, and
/// it takes what the segments around it leave.
std::optional<Parameters> match(const std::vector<std::string>& pattern,
                                const std::vector<std::string>& path) {
    // lab 08.1: go through both side by side. A literal segment must be equal, {id} takes one
    // segment that is not empty, {name...} takes as many as leave one for each segment behind it.
    // Values are stored decoded. Nothing may be left over at the end.
    Parameters parameters;
    std::size_t at = 0;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const std::size_t after = pattern.size() - i - 1;
        if (at >= path.size()) return std::nullopt;
        if (takes_several(pattern[i])) {
            if (path.size() < at + 1 + after) return std::nullopt;
            std::string value = percent_decode(path[at++]);
            while (path.size() > at + after)
                value += "/" + percent_decode(path[at++]);
            parameters[name_of(pattern[i])] = value;
        } else if (is_placeholder(pattern[i])) {
            if (path[at].empty()) return std::nullopt;
            parameters[name_of(pattern[i])] = percent_decode(path[at++]);
        } else if (pattern[i] != path[at++]) {
            return std::nullopt;
        }
    }
    if (at != path.size()) return std::nullopt;
    return parameters;
    // end lab
}

/// Orders patterns by what they leave open: a literal before a placeholder before {name...}, and
/// the longer of two that begin alike first.
std::vector<int> openness(const std::vector<std::string>& pattern) {
    std::vector<int> ranks;
    for (const auto& segment : pattern)
        ranks.push_back(takes_several(segment) ? 2 : is_placeholder(segment) ? 1 : 0);
    ranks.push_back(3);
    return ranks;
}

}  // namespace

void Router::add(std::string method, std::string pattern, Handler handler) {
    for (const Route& route : routes_) {
        if (route.method == method && route.pattern == pattern)
            throw std::logic_error("two routes for " + method + " " + pattern);
    }
    auto segments = split(pattern);
    const auto place = std::find_if(routes_.begin(), routes_.end(), [&](const Route& route) {
        return openness(segments) < openness(route.segments);
    });
    routes_.insert(
        place, {std::move(method), std::move(pattern), std::move(segments), std::move(handler)});
}

const Handler& Router::find(Request& request) const {
    const auto path = split(request.path);
    bool other_method = false;
    for (const Route& route : routes_) {
        auto parameters = match(route.segments, path);
        if (!parameters) continue;
        if (route.method != request.method) {
            other_method = true;
            continue;
        }
        request.parameters.merge(*parameters);
        return route.handler;
    }
    if (other_method)
        throw StatusError(405, "method " + request.method + " is not allowed for " + request.path);
    throw NotFound("page not found");
}

}  // namespace minidock::http
