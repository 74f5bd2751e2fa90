#include "minidock/cgroups/device_rules.hpp"

#include <charconv>

#include "minidock/base/error.hpp"
#include "minidock/cgroups/text.hpp"

namespace minidock::cgroups {
namespace {

std::string number_or_star(const std::optional<std::int64_t>& number) {
    return number ? std::to_string(*number) : "*";
}

bool same_devices(const DeviceRule& a, const DeviceRule& b) {
    return a.type == b.type && a.major == b.major && a.minor == b.minor;
}

void add_exception(DeviceList& list, const DeviceRule& rule) {
    for (DeviceRule& known : list.exceptions) {
        if (!same_devices(known, rule)) continue;
        known.access.read |= rule.access.read;
        known.access.write |= rule.access.write;
        known.access.mknod |= rule.access.mknod;
        return;
    }
    list.exceptions.push_back(rule);
}

void take_exception(DeviceList& list, const DeviceRule& rule) {
    for (DeviceRule& known : list.exceptions) {
        if (!same_devices(known, rule)) continue;
        known.access.read &= !rule.access.read;
        known.access.write &= !rule.access.write;
        known.access.mknod &= !rule.access.mknod;
    }
    std::erase_if(list.exceptions, [](const DeviceRule& r) { return r.access.none(); });
}

std::optional<std::int64_t> parse_number(std::string_view word, const std::string& whole) {
    if (word == "*") return std::nullopt;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc{} || end != word.data() + word.size() || number < 0) {
        throw BadParameter("device rule \"" + whole + "\": \"" + std::string{word} +
                           "\" is no device number");
    }
    return number;
}

}  // namespace

std::string DeviceAccess::text() const {
    return std::string{read ? "r" : ""} + (write ? "w" : "") + (mknod ? "m" : "");
}

bool DeviceRule::covers_everything() const {
    return type == 'a' && !major && !minor && access == DeviceAccess{true, true, true};
}

std::string DeviceRule::text() const {
    if (covers_everything()) return "a";
    return std::string{type} + " " + number_or_star(major) + ":" + number_or_star(minor) + " " +
           access.text();
}

DeviceRule parse_device_rule(const std::string& text, bool allow) {
    std::string_view rest = text;
    const std::string_view type = next_word(rest);
    const std::string_view numbers = next_word(rest);
    const std::string_view access = next_word(rest);
    DeviceRule rule;
    rule.allow = allow;
    if (type == "a" && numbers.empty()) return rule;
    const std::size_t colon = numbers.find(':');
    if ((type != "a" && type != "b" && type != "c") || colon == std::string_view::npos ||
        access.empty() || access.find_first_not_of("rwm") != std::string_view::npos) {
        throw BadParameter("device rule \"" + text +
                           "\": want TYPE MAJOR:MINOR ACCESS, as in \"c 1:3 rwm\"");
    }
    rule.type = type.front();
    rule.major = parse_number(numbers.substr(0, colon), text);
    rule.minor = parse_number(numbers.substr(colon + 1), text);
    const auto has = [&](char c) { return access.find(c) != std::string_view::npos; };
    rule.access = {has('r'), has('w'), has('m')};
    return rule;
}

DeviceList evaluate(const std::vector<DeviceRule>& rules) {
    DeviceList list;
    for (const DeviceRule& rule : rules) {
        if (rule.covers_everything()) {
            list = {rule.allow, {}};
            continue;
        }
        // "a" with numbers or an access means the same for both kinds of device.
        for (const char type : {'c', 'b'}) {
            if (rule.type != 'a' && rule.type != type) continue;
            DeviceRule typed = rule;
            typed.type = type;
            if (rule.allow == list.allow_by_default) {
                take_exception(list, typed);
            } else {
                add_exception(list, typed);
            }
        }
    }
    return list;
}

std::vector<DeviceRule> default_device_rules() {
    std::vector<DeviceRule> rules{parse_device_rule("a", false)};
    // A node is harmless as long as it cannot be opened; unpacking a tar wants to make some.
    for (const char* rule : {"c *:* m", "b *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm",
                             "c 1:8 rwm", "c 1:9 rwm", "c 5:0 rwm", "c 5:2 rwm", "c 136:* rwm"}) {
        rules.push_back(parse_device_rule(rule, true));
    }
    return rules;
}

}  // namespace minidock::cgroups
