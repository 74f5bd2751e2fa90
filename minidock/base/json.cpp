#include "minidock/base/json.hpp"

#include <algorithm>
#include <limits>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"

namespace minidock {

namespace {

constexpr std::size_t deepest_json = 500;

/// How deep its arrays and objects lie in one another.
std::size_t depth_of(std::string_view text) {
    std::size_t depth = 0;
    std::size_t deepest = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string && c == '\\') {
            ++i;  // whatever it escapes
        } else if (c == '"') {
            in_string = !in_string;
        } else if (!in_string && (c == '[' || c == '{')) {
            deepest = std::max(deepest, ++depth);
        } else if (!in_string && (c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
    return deepest;
}

}  // namespace

Json parse_json(std::string_view text, const std::string& what) {
    // Who walks through a document, or writes it down, goes one call deeper at each level.
    if (depth_of(text) > deepest_json)
        throw BadParameter(what + " lies deeper than " + std::to_string(deepest_json) + " levels");
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& error) {
        throw BadParameter(what + " is not valid JSON (at byte " + std::to_string(error.byte) +
                           ")");
    } catch (const Json::out_of_range&) {
        throw BadParameter(what + " has a number that is too large");
    }
}

Json read_json_file(const std::string& path) {
    return parse_json(read_file(path), path);
}

bool is_empty_text(const Json& value) {
    return value.is_string() && value.get_ref<const std::string&>().empty();
}

void JsonReader::reject(const std::string& problem) const {
    throw BadParameter((path_.empty() ? "the document" : path_) + ": " + problem);
}

std::optional<JsonReader> JsonReader::find(const std::string& key) const {
    if (!value_->is_object()) reject("want an object");
    const auto found = value_->find(key);
    if (found == value_->end() || found->is_null()) return std::nullopt;
    return JsonReader{*found, path_.empty() ? key : path_ + "." + key};
}

JsonReader JsonReader::at(const std::string& key) const {
    if (auto member = find(key)) return *member;
    throw BadParameter((path_.empty() ? key : path_ + "." + key) + ": must be set");
}

std::vector<std::pair<std::string, JsonReader>> JsonReader::members() const {
    if (!value_->is_object()) reject("want an object");
    std::vector<std::pair<std::string, JsonReader>> members;
    for (const auto& [key, value] : value_->items()) {
        members.emplace_back(key, JsonReader{value, path_.empty() ? key : path_ + "." + key});
    }
    return members;
}

std::vector<JsonReader> JsonReader::elements() const {
    if (!value_->is_array()) reject("want a list");
    std::vector<JsonReader> elements;
    elements.reserve(value_->size());
    for (std::size_t i = 0; i < value_->size(); ++i) {
        elements.push_back(JsonReader{(*value_)[i], path_ + "[" + std::to_string(i) + "]"});
    }
    return elements;
}

const std::string& JsonReader::string() const {
    if (!value_->is_string()) reject("want a string");
    return value_->get_ref<const std::string&>();
}

bool JsonReader::boolean() const {
    if (!value_->is_boolean()) reject("want true or false");
    return value_->get<bool>();
}

std::int64_t JsonReader::integer() const {
    if (!value_->is_number_integer()) reject("want a whole number");
    constexpr auto max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (value_->is_number_unsigned() && value_->get<std::uint64_t>() > max) {
        reject("the number is too large");
    }
    return value_->get<std::int64_t>();
}

std::uint64_t JsonReader::natural() const {
    if (!value_->is_number_integer()) reject("want a whole number");
    if (!value_->is_number_unsigned() && value_->get<std::int64_t>() < 0) {
        reject("must not be negative");
    }
    return value_->get<std::uint64_t>();
}

std::uint32_t JsonReader::natural32() const {
    const std::uint64_t number = natural();
    if (number > std::numeric_limits<std::uint32_t>::max()) reject("the number is too large");
    return static_cast<std::uint32_t>(number);
}

std::vector<std::string> JsonReader::strings() const {
    std::vector<std::string> strings;
    for (const JsonReader& element : elements())
        strings.push_back(element.string());
    return strings;
}

std::vector<std::pair<std::string, std::string>> JsonReader::string_map() const {
    std::vector<std::pair<std::string, std::string>> map;
    for (const auto& [key, value] : members())
        map.emplace_back(key, value.string());
    return map;
}

std::string JsonReader::string_or(const std::string& key, const std::string& fallback) const {
    const auto member = find(key);
    return member ? member->string() : fallback;
}

bool JsonReader::boolean_or(const std::string& key, bool fallback) const {
    const auto member = find(key);
    return member ? member->boolean() : fallback;
}

std::int64_t JsonReader::integer_or(const std::string& key, std::int64_t fallback) const {
    const auto member = find(key);
    return member ? member->integer() : fallback;
}

std::vector<std::string> JsonReader::strings_or_none(const std::string& key) const {
    const auto member = find(key);
    return member ? member->strings() : std::vector<std::string>{};
}

}  // namespace minidock
