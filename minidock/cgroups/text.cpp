#include "minidock/cgroups/text.hpp"

#include <fcntl.h>

#include <charconv>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"

namespace minidock::cgroups {

std::uint64_t to_number(std::string_view text) {
    const std::string_view word = next_word(text);
    if (word == "max") return unlimited;
    std::uint64_t number = 0;
    std::from_chars(word.data(), word.data() + word.size(), number);
    return number;
}

std::uint64_t value_of(std::string_view text, std::string_view key) {
    std::uint64_t value = 0;
    for_each_line(text, [&](std::string_view line) {
        if (next_word(line) == key) value = to_number(line);
    });
    return value;
}

std::optional<std::string> read_control_file(const std::string& path) {
    const Fd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!fd && errno == ENOENT) return std::nullopt;
    if (!fd) throw SystemError("open " + path);
    return read_all(fd.get(), path);
}

}  // namespace minidock::cgroups
