#include "minidock/base/id.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>

#include "minidock/base/error.hpp"

namespace minidock {

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4U];
        text += digits[byte & 0xFU];
    }
    return text;
}

std::string random_id() {
    std::array<char, 32> bytes{};
    // Requests of up to 256 bytes are always answered whole (getrandom(2)).
    if (::getrandom(bytes.data(), bytes.size(), 0) < 0) throw SystemError("get random bytes");
    return to_hex({bytes.data(), bytes.size()});
}

bool is_hex(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

std::string short_id(std::string_view id) {
    return std::string{id.substr(0, 12)};
}

}  // namespace minidock
