#include "minidock/http/query.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "minidock/base/error.hpp"

namespace minidock::http {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// In a query, but not in a path, a plus stands for a space.
std::string form_decode(std::string_view text) {
    std::string spaced{text};
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    return percent_decode(spaced);
}

std::string trimmed_lower(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c != ' ' && c != '\t')
            result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return result;
}

}  // namespace

std::string percent_decode(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                            hex_digit(text[i + 2]) >= 0;
        if (escape) {
            result += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            result += text[i];
        }
    }
    return result;
}

std::string percent_encode(std::string_view text, std::string_view keep) {
    static constexpr std::array digits{'0', '1', '2', '3', '4', '5', '6', '7',
                                       '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};
    static constexpr std::string_view unreserved{"-._~"};
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x80 && std::isalnum(byte) != 0) ||
            unreserved.find(c) != std::string_view::npos ||
            keep.find(c) != std::string_view::npos) {
            result += c;
        } else {
            result += '%';
            result += digits.at(byte >> 4);
            result += digits.at(byte & 15);
        }
    }
    return result;
}

Query::Query(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view pair = text.substr(0, end);
        const std::size_t equals = std::min(pair.find('='), pair.size());
        if (!pair.empty()) {
            values_.emplace_back(form_decode(pair.substr(0, equals)),
                                 form_decode(pair.substr(std::min(equals + 1, pair.size()))));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

bool Query::has(std::string_view name) const {
    return get(name).has_value();
}

std::optional<std::string> Query::get(std::string_view name) const {
    for (const auto& [key, value] : values_) {
        if (key == name) return value;
    }
    return std::nullopt;
}

std::string Query::text(std::string_view name, std::string_view otherwise) const {
    const auto value = get(name);
    return value && !value->empty() ? *value : std::string{otherwise};
}

std::vector<std::string> Query::all(std::string_view name) const {
    std::vector<std::string> found;
    for (const auto& [key, value] : values_) {
        if (key == name) found.push_back(value);
    }
    return found;
}

bool Query::flag(std::string_view name, bool otherwise) const {
    const auto value = get(name);
    if (!value) return otherwise;
    const std::string word = trimmed_lower(*value);
    return !word.empty() && word != "0" && word != "no" && word != "false" && word != "none";
}

std::optional<std::int64_t> Query::integer(std::string_view name) const {
    const auto value = get(name);
    if (!value || value->empty()) return std::nullopt;
    std::int64_t number = 0;
    const char* end = value->data() + value->size();
    const auto [stop, error] = std::from_chars(value->data(), end, number);
    if (error != std::errc{} || stop != end)
        throw BadParameter("parameter " + std::string{name} + ": not a number: " + *value);
    return number;
}

Filters Query::filters() const {
    const auto value = get("filters");
    return value && !value->empty() ? Filters::parse(*value) : Filters{};
}

}  // namespace minidock::http
