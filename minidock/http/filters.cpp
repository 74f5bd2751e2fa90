#include "minidock/http/filters.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "minidock/base/error.hpp"

namespace minidock::http {
namespace {

std::vector<std::string> values_of(const std::string& name, const nlohmann::json& given) {
    std::vector<std::string> values;
    if (given.is_array()) {
        for (const auto& value : given) {
            if (!value.is_string()) throw BadParameter("invalid filter '" + name + "'");
            values.push_back(value.get<std::string>());
        }
    } else if (given.is_object()) {
        for (const auto& [value, on] : given.items()) {
            if (on.is_boolean() && on.get<bool>()) values.push_back(value);
        }
    } else {
        throw BadParameter("invalid filter '" + name + "'");
    }
    return values;
}

}  // namespace

Filters Filters::parse(std::string_view json) {
    const auto document = nlohmann::json::parse(json, nullptr, false);
    if (!document.is_object() && !document.is_null())
        throw BadParameter("invalid filters: not a JSON object: " + std::string{json});
    Filters filters;
    for (const auto& [name, given] : document.items()) {
        filters.values_[name] = values_of(name, given);
    }
    return filters;
}

void Filters::allow_only(std::initializer_list<std::string_view> names) const {
    for (const auto& [name, values] : values_) {
        if (std::find(names.begin(), names.end(), name) == names.end())
            throw BadParameter("invalid filter '" + name + "'");
    }
}

bool Filters::has(std::string_view name) const {
    return !values(name).empty();
}

const std::vector<std::string>& Filters::values(std::string_view name) const {
    static const std::vector<std::string> none;
    const auto found = values_.find(name);
    return found == values_.end() ? none : found->second;
}

bool Filters::matches(std::string_view name, std::string_view value) const {
    const auto& wanted = values(name);
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

}  // namespace minidock::http
