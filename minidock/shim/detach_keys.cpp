#include "minidock/shim/detach_keys.hpp"

namespace minidock::shim {
namespace {

/// "a" is itself, "ctrl-a" to "ctrl-z" and ctrl with @ [ \ ] ^ _ are the control characters.
std::optional<char> parse_key(std::string_view name) {
    constexpr std::string_view control = "ctrl-";
    if (name.size() == 1) return name[0];
    if (name.size() != control.size() + 1 || !name.starts_with(control)) return std::nullopt;
    const char letter = name.back();
    if (letter >= 'a' && letter <= 'z') return static_cast<char>(letter - 'a' + 1);
    if (letter >= '@' && letter <= '_' && !(letter >= 'A' && letter <= 'Z')) {
        return static_cast<char>(letter - '@');
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> parse_detach_keys(std::string_view description) {
    std::string keys;
    while (!description.empty()) {
        const std::size_t comma = description.find(',');
        const std::optional<char> key = parse_key(description.substr(0, comma));
        if (!key) return std::nullopt;
        keys += *key;
        description.remove_prefix(comma == std::string_view::npos ? description.size() : comma + 1);
    }
    return keys;
}

DetachKeys::Result DetachKeys::filter(std::string_view input) {
    Result result;
    if (keys_.empty()) {
        result.pass_on = input;
        return result;
    }
    for (const char c : input) {
        if (c != keys_[matched_]) {
            result.pass_on.append(keys_, 0, matched_);
            matched_ = 0;
        }
        if (c != keys_[matched_]) {
            result.pass_on += c;
        } else if (++matched_ == keys_.size()) {
            result.detached = true;
            return result;
        }
    }
    return result;
}

}  // namespace minidock::shim
