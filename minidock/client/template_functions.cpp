#include "minidock/client/template_functions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>

#include "minidock/base/error.hpp"

namespace minidock::client {
namespace {

using Operands = std::vector<Json>;

std::string text_of(const Json& value) {
    if (!value.is_string()) throw BadParameter("format: " + value.dump() + " is no text");
    return value.get<std::string>();
}

std::int64_t number_of(const Json& value) {
    if (!value.is_number_integer()) throw BadParameter("format: " + value.dump() + " is no number");
    return value.get<std::int64_t>();
}

std::string mapped(const Json& value, int (*change)(int)) {
    std::string text = text_of(value);
    for (char& c : text)
        c = static_cast<char>(change(static_cast<unsigned char>(c)));
    return text;
}

Json title(const Operands& operands) {
    std::string text = text_of(operands[0]);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == 0 || text[i - 1] == ' ')
            text[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[i])));
    }
    return text;
}

Json length(const Operands& operands) {
    const Json& value = operands[0];
    return value.is_string() ? value.get_ref<const std::string&>().size() : value.size();
}

/// What lies at the keys, one after the other. A key that a map does not have gives its empty
/// value.
Json index(const Operands& operands) {
    Json value = operands[0];
    for (std::size_t i = 1; i < operands.size(); ++i) {
        const Json& key = operands[i];
        if (value.is_array()) {
            const std::int64_t at = number_of(key);
            if (at < 0 || static_cast<std::size_t>(at) >= value.size())
                throw BadParameter(fmt::format("format: index {} is out of range", at));
            value = Json(value[static_cast<std::size_t>(at)]);
        } else if (value.is_object()) {
            const auto found = value.find(text_of(key));
            value = found == value.end() ? Json("") : Json(*found);
        } else {
            throw BadParameter("format: cannot index " + value.dump());
        }
    }
    return value;
}

Json join(const Operands& operands) {
    if (!operands[0].is_array()) throw BadParameter("format: join wants a list");
    std::string joined;
    for (std::size_t i = 0; i < operands[0].size(); ++i)
        joined += (i == 0 ? "" : text_of(operands[1])) + shown_value(operands[0][i]);
    return joined;
}

Json split(const Operands& operands) {
    const std::string text = text_of(operands[0]);
    const std::string separator = text_of(operands[1]);
    if (separator.empty()) throw BadParameter("format: split wants a separator");
    Json parts = Json::array();
    std::size_t start = 0;
    for (std::size_t end = 0; (end = text.find(separator, start)) != std::string::npos;
         start = end + separator.size())
        parts.push_back(text.substr(start, end - start));
    parts.push_back(text.substr(start));
    return parts;
}

/// Blanks before and after.
Json pad(const Operands& operands) {
    const auto blanks = [&](const Json& count) {
        return std::string(
            static_cast<std::size_t>(std::clamp<std::int64_t>(number_of(count), 0, 1000)), ' ');
    };
    const std::string text = text_of(operands[0]);
    return text.empty() ? text : blanks(operands[1]) + text + blanks(operands[2]);
}

Json truncate(const Operands& operands) {
    const std::int64_t length = std::max<std::int64_t>(number_of(operands[1]), 0);
    return text_of(operands[0]).substr(0, static_cast<std::size_t>(length));
}

Json print(const Operands& operands) {
    std::string text;
    for (std::size_t i = 0; i < operands.size(); ++i) {
        const bool apart = i > 0 && !operands[i].is_string() && !operands[i - 1].is_string();
        text += (apart ? " " : "") + shown_value(operands[i]);
    }
    return text;
}

Json println(const Operands& operands) {
    std::string text;
    for (const Json& operand : operands)
        text += (text.empty() ? "" : " ") + shown_value(operand);
    return text + "\n";
}

/// One value after a verb of Go's fmt: "%-10s", "%5d", "%.2f".
std::string formatted(const std::string& flags, char verb, const Json& value) {
    const bool left = flags.find('-') != std::string::npos;
    const std::size_t digits = std::min(flags.find_first_of("123456789."), flags.size());
    const std::string width = flags.substr(digits);
    std::string text;
    if (verb == 'f' && value.is_number())
        text = fmt::format(
            fmt::runtime(
                "{:" +
                (width.find('.') != std::string::npos ? width.substr(width.find('.')) : ".6") +
                "f}"),
            value.get<double>());
    else if (verb == 'x' && value.is_number_integer())
        text = fmt::format("{:x}", value.get<std::int64_t>());
    else if (verb == 'q' && value.is_string())
        text = value.dump();
    else
        text = shown_value(value);
    const std::string columns = width.substr(0, width.find('.'));
    return columns.empty()
               ? text
               : fmt::format(fmt::runtime("{:" + std::string(left ? "<" : ">") + columns + "}"),
                             text);
}

Json printf(const Operands& operands) {
    const std::string format = text_of(operands[0]);
    std::string text;
    std::size_t next = 1;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') {
            text += format[i];
            continue;
        }
        const std::size_t verb = format.find_first_not_of("-0123456789.", i + 1);
        if (verb == std::string::npos || verb - i > 8)
            throw BadParameter("format: bad verb in " + format);
        if (format[verb] == '%') {
            text += '%';
        } else if (std::string_view{"sdvqxft"}.find(format[verb]) == std::string_view::npos) {
            throw BadParameter(fmt::format("format: printf does not know %{}", format[verb]));
        } else if (next == operands.size()) {
            throw BadParameter("format: printf has too few values for " + format);
        } else {
            text += formatted(format.substr(i + 1, verb - i - 1), format[verb], operands[next++]);
        }
        i = verb;
    }
    return text;
}

Json equal(const Operands& operands) {
    return std::any_of(operands.begin() + 1, operands.end(),
                       [&](const Json& other) { return other == operands[0]; });
}

/// The first that decides, or the last.
Json deciding(const Operands& operands, bool decides) {
    const auto found = std::find_if(operands.begin(), operands.end(),
                                    [&](const Json& one) { return is_truth(one) == decides; });
    return found == operands.end() ? operands.back() : *found;
}

struct Function {
    std::size_t least;  ///< operands
    std::size_t most;
    std::function<Json(const Operands&)> call;
};

constexpr std::size_t any_number = 100;

const std::map<std::string, Function>& functions() {
    static const std::map<std::string, Function> all{
        {"json", {1, 1, [](const Operands& o) { return o[0].dump(); }}},
        {"lower", {1, 1, [](const Operands& o) { return mapped(o[0], std::tolower); }}},
        {"upper", {1, 1, [](const Operands& o) { return mapped(o[0], std::toupper); }}},
        {"title", {1, 1, title}},
        {"len", {1, 1, length}},
        {"index", {1, any_number, index}},
        {"join", {2, 2, join}},
        {"split", {2, 2, split}},
        {"pad", {3, 3, pad}},
        {"truncate", {2, 2, truncate}},
        {"print", {0, any_number, print}},
        {"println", {0, any_number, println}},
        {"printf", {1, any_number, printf}},
        {"eq", {2, any_number, equal}},
        {"ne", {2, 2, [](const Operands& o) { return o[0] != o[1]; }}},
        {"lt", {2, 2, [](const Operands& o) { return o[0] < o[1]; }}},
        {"le", {2, 2, [](const Operands& o) { return o[0] <= o[1]; }}},
        {"gt", {2, 2, [](const Operands& o) { return o[0] > o[1]; }}},
        {"ge", {2, 2, [](const Operands& o) { return o[0] >= o[1]; }}},
        {"and", {1, any_number, [](const Operands& o) { return deciding(o, false); }}},
        {"or", {1, any_number, [](const Operands& o) { return deciding(o, true); }}},
        {"not", {1, 1, [](const Operands& o) { return !is_truth(o[0]); }}}};
    return all;
}

}  // namespace

std::string shown_value(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_null()) return "<no value>";
    if (!value.is_structured()) return value.dump();
    std::string text = value.is_array() ? "[" : "map[";
    for (const auto& [key, member] : value.items()) {
        if (text.back() != '[') text += ' ';
        text += (value.is_array() ? "" : key + ":") + shown_value(member);
    }
    return text + "]";
}

bool is_truth(const Json& value) {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number()) return value != 0;
    return !is_empty_text(value) && !value.empty();
}

Json call_function(const std::string& name, const std::vector<Json>& operands) {
    const auto found = functions().find(name);
    if (found == functions().end())
        throw BadParameter("format: function \"" + name + "\" not defined");
    const Function& function = found->second;
    if (operands.size() < function.least || operands.size() > function.most)
        throw BadParameter(
            fmt::format("format: wrong number of values for {}: {}", name, operands.size()));
    return function.call(operands);
}

}  // namespace minidock::client
