// The kernel's control files are small texts of four shapes (cgroup-v2.rst, "Format"): one value,
// a line of words, "KEY VALUE" lines, and "KEY SUB=VALUE SUB=VALUE" lines. These read them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace minidock::cgroups {

/// Stands for "max": no limit.
inline constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

/// Takes the first word off `text`; empty when there is none.
inline std::string_view next_word(std::string_view& text) {
    constexpr std::string_view space = " \t\n";
    text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
    const std::string_view word = text.substr(0, text.find_first_of(space));
    text.remove_prefix(word.size());
    return word;
}

/// Calls `each` with every line of `text`, without its end.
template <class Each>
void for_each_line(std::string_view text, Each each) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        if (!line.empty()) each(line);
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
}

/// A number, or `unlimited` for "max"; 0 for what is no number.
std::uint64_t to_number(std::string_view text);

/// The number after `key` in a text of "KEY VALUE" lines (memory.events, cpu.stat); 0 without it.
std::uint64_t value_of(std::string_view text, std::string_view key);

/// The content of a control file, or nothing where the kernel or the layout does not have it.
/// @throws SystemError when it is there but cannot be read
std::optional<std::string> read_control_file(const std::string& path);

}  // namespace minidock::cgroups
