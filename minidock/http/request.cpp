#include "minidock/http/request.hpp"

#include <strings.h>

#include <algorithm>
#include <stdexcept>

namespace minidock::http {
namespace {

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

}  // namespace

void Headers::add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
}

std::string_view Headers::get(std::string_view name) const {
    for (const auto& [key, value] : fields_) {
        if (same_name(key, name)) return value;
    }
    return {};
}

bool Headers::has(std::string_view name) const {
    return std::any_of(fields_.begin(), fields_.end(),
                       [&](const auto& field) { return same_name(field.first, name); });
}

bool Headers::lists(std::string_view name, std::string_view token) const {
    for (const auto& [key, value] : fields_) {
        if (!same_name(key, name)) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(','), rest.size());
            if (same_name(trim(rest.substr(0, end)), token)) return true;
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return false;
}

const std::string& Request::parameter(std::string_view name) const {
    const auto found = parameters.find(name);
    if (found == parameters.end())
        throw std::logic_error("the route has no parameter " + std::string{name});
    return found->second;
}

bool Request::wants_upgrade() const {
    return headers.lists("Connection", "upgrade") && headers.has("Upgrade");
}

void Request::set_target(std::string_view target) {
    const std::size_t mark = std::min(target.find('?'), target.size());
    path = std::string{target.substr(0, mark)};
    query = Query{target.substr(std::min(mark + 1, target.size()))};
}

}  // namespace minidock::http
