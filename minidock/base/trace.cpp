#include "minidock/base/trace.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstring>

namespace minidock::trace {
namespace {

struct Sink {
    int fd = -1;
    std::string who;
};

thread_local Sink sink;

/// Strings in a call are data of the caller's: quotes and control characters are escaped, so that
/// one call stays one line.
std::string quoted(std::string_view value) {
    std::string text = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            text += '\\';
            text += c;
        } else if (c == '\n') {
            text += "\\n";
        } else if (c == '\t') {
            text += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            text += fmt::format("\\{:o}", static_cast<unsigned char>(c));
        } else {
            text += c;
        }
    }
    return text + '"';
}

void write_entry(const std::string& call_line, const Why& why) {
    const std::string entry = fmt::format("{:<9} {}\n{:9} · chapter {:02}: {}\n", sink.who,
                                          call_line, "", why.chapter, why.reason);
    // One write, so that entries of several processes do not mix. If nobody reads any more,
    // there is nobody to tell.
    [[maybe_unused]] const ssize_t n = ::write(sink.fd, entry.data(), entry.size());
}

}  // namespace

std::string& Arguments::next() {
    if (!text_.empty()) text_ += ", ";
    return text_;
}

Arguments& Arguments::text(const char* value) {
    return value == nullptr ? word("NULL") : text(std::string_view{value});
}

Arguments& Arguments::text(std::string_view value) {
    next() += quoted(value);
    return *this;
}

Arguments& Arguments::target(std::string_view path, std::string_view place) {
    text(path);
    if (!place.empty()) text_ += fmt::format("<{}>", place);
    return *this;
}

Arguments& Arguments::number(std::int64_t value) {
    next() += std::to_string(value);
    return *this;
}

Arguments& Arguments::octal(unsigned value) {
    next() += fmt::format("{:#03o}", value);
    return *this;
}

Arguments& Arguments::fd(int value) {
    if (value == AT_FDCWD) return word("AT_FDCWD");
    std::array<char, PATH_MAX> path{};
    const ssize_t length = ::readlink(fd_path(value).c_str(), path.data(), path.size());
    if (length <= 0) return number(value);
    return word(fmt::format("{}<{}>", value, std::string_view{path.data(), std::size_t(length)}));
}

Arguments& Arguments::flags(std::uint64_t value, std::span<const Flag> names) {
    std::string text;
    for (const Flag& flag : names) {
        if (flag.value == 0 || (value & flag.value) != flag.value) continue;
        text += text.empty() ? "" : "|";
        text += flag.name;
        value &= ~flag.value;
    }
    if (value != 0 || text.empty()) {
        text += text.empty() ? "" : "|";
        text += value == 0 ? "0" : fmt::format("{:#x}", value);
    }
    return word(text);
}

Arguments& Arguments::word(std::string_view value) {
    next() += value;
    return *this;
}

Scope::Scope(int fd, std::string who) : previous_fd_{sink.fd}, previous_who_{std::move(sink.who)} {
    sink = {fd, std::move(who)};
}

Scope::~Scope() {
    sink = {previous_fd_, std::move(previous_who_)};
}

int fd() noexcept {
    return sink.fd;
}

void rename(std::string who) {
    sink.who = std::move(who);
}

void redirect(int fd) {
    sink.fd = fd;
}

void record(std::string_view call, const Arguments& arguments, std::int64_t result, int error,
            std::chrono::nanoseconds duration, const Why& why) {
    const double seconds = std::chrono::duration<double>(duration).count();
    const std::string outcome =
        result >= 0 ? std::to_string(result)
                    : fmt::format("-1 {} ({})", ::strerrorname_np(error), std::strerror(error));
    write_entry(fmt::format("{}({}) = {} <{:.6f}>", call, arguments.str(), outcome, seconds), why);
}

void announce(std::string_view call, const Arguments& arguments, const Why& why) {
    write_entry(fmt::format("{}({}) …", call, arguments.str()), why);
}

}  // namespace minidock::trace
