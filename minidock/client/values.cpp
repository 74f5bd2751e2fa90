#include "minidock/client/values.hpp"

#include <fmt/format.h>

#include <cctype>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/timestamp.hpp"

namespace minidock::client {
namespace {

struct Leading {
    double number;
    std::string_view rest;
};

/// The number at the start of `text`: digits and at most one point.
std::optional<Leading> leading_number(std::string_view text) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
    const std::string digits{text.substr(0, end)};
    char* stop = nullptr;
    const double number = std::strtod(digits.c_str(), &stop);
    if (digits.empty() || *stop != '\0' || digits == ".") return std::nullopt;
    return Leading{number, text.substr(end)};
}

std::string lower(std::string_view text) {
    std::string result;
    for (const char c : text)
        result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

/// "1h30m" as seconds, in Go's notation.
std::optional<double> seconds_in(std::string_view text) {
    double seconds = 0;
    while (!text.empty()) {
        const auto leading = leading_number(text);
        if (!leading) return std::nullopt;
        const std::size_t end =
            std::min(leading->rest.find_first_of("0123456789."), leading->rest.size());
        const std::string_view unit = leading->rest.substr(0, end);
        if (unit == "h")
            seconds += leading->number * 3600;
        else if (unit == "m")
            seconds += leading->number * 60;
        else if (unit == "s")
            seconds += leading->number;
        else if (unit == "ms")
            seconds += leading->number / 1000;
        else if (unit == "us")
            seconds += leading->number / 1e6;
        else if (unit == "ns")
            seconds += leading->number / 1e9;
        else
            return std::nullopt;
        text = leading->rest.substr(end);
    }
    return seconds;
}

}  // namespace

std::chrono::nanoseconds parse_duration(std::string_view text) {
    const auto seconds = text.empty() ? std::nullopt : seconds_in(text);
    if (!seconds) {
        throw BadParameter(fmt::format("invalid duration: '{}': want 1h30m, 10s, 500ms", text));
    }
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(*seconds));
}

std::int64_t parse_size(std::string_view text) {
    constexpr std::string_view units = "bkmgtp";
    const auto refuse = [&]() -> BadParameter {
        return BadParameter(
            fmt::format("invalid size: '{}': want a number and b, k, m or g", text));
    };
    const auto leading = leading_number(text);
    if (!leading) throw refuse();
    std::string unit = lower(leading->rest);
    if (unit.empty()) unit = "b";
    const std::size_t power = units.find(unit.front());
    const std::string tail = unit.substr(1);
    if (power == std::string_view::npos || (!tail.empty() && tail != "b" && tail != "ib"))
        throw refuse();
    const double bytes = leading->number * std::pow(1024.0, static_cast<double>(power));
    if (bytes >= 9.2e18) throw refuse();
    return static_cast<std::int64_t>(bytes);
}

std::int64_t parse_cpus(std::string_view text) {
    const auto leading = leading_number(text);
    if (!leading || !leading->rest.empty() || leading->number > 1e6)
        throw BadParameter(fmt::format("invalid number of processors: '{}'", text));
    const double billionths = std::round(leading->number * 1e9);
    if (std::abs(billionths - leading->number * 1e9) > 1e-3)
        throw BadParameter(fmt::format("{}: want at most nine digits after the point", text));
    return static_cast<std::int64_t>(billionths);
}

std::optional<std::string> parse_variable(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (text.empty() || equals == 0) throw BadParameter("invalid environment variable: " + text);
    if (equals != std::string::npos) return text;
    const char* own = std::getenv(text.c_str());
    if (own == nullptr) return std::nullopt;
    return text + "=" + own;
}

std::vector<std::string> read_variables(const std::string& path) {
    std::vector<std::string> variables;
    std::istringstream lines{read_file(path)};
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        const std::size_t start = line.find_first_not_of(" \t");
        if (start == std::string::npos || line[start] == '#') continue;
        line.erase(0, start);
        const std::string name = line.substr(0, line.find('='));
        if (name.empty() || name.find_first_of(" \t") != std::string::npos)
            throw BadParameter(path + ": not a variable: " + line);
        if (const auto variable = parse_variable(line)) variables.push_back(*variable);
    }
    return variables;
}

std::pair<std::string, std::string> parse_label(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) return {text, ""};
    return {text.substr(0, equals), text.substr(equals + 1)};
}

Json parse_labels(const std::vector<std::string>& texts) {
    Json labels = Json::object();
    for (const std::string& text : texts) {
        const auto [key, value] = parse_label(text);
        labels[key] = value;
    }
    return labels;
}

std::string parse_detach_keys(std::string_view text) {
    std::string keys;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        const std::string_view key = text.substr(0, end);
        if (key.size() == 1) {
            keys += key.front();
        } else if (key.size() == 6 && key.starts_with("ctrl-") &&
                   ((key[5] >= 'a' && key[5] <= 'z') || (key[5] >= '@' && key[5] <= '_'))) {
            keys += static_cast<char>(key[5] & 0x1f);
        } else {
            throw BadParameter(fmt::format("invalid detach keys: '{}': want ctrl-p,ctrl-q", key));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return keys;
}

std::string parse_moment(std::string_view text) {
    const auto leading = leading_number(text);
    if (leading && leading->rest.empty()) return std::string{text};
    std::chrono::nanoseconds since_1970{};
    if (const auto moment = from_rfc3339(text)) {
        since_1970 = moment->time_since_epoch();
    } else if (const auto ago = seconds_in(text)) {
        const auto back = std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::chrono::duration<double>(*ago));
        since_1970 = (now() - back).time_since_epoch();
    } else {
        throw BadParameter(fmt::format(
            "invalid time: '{}': want 2024-05-01T12:00:00Z, a Unix time, or 42m", text));
    }
    return fmt::format("{}.{:09}", since_1970.count() / 1'000'000'000,
                       since_1970.count() % 1'000'000'000);
}

}  // namespace minidock::client
