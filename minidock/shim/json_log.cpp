#include "minidock/shim/json_log.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "minidock/base/child.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/kernel/process.hpp"

namespace minidock::shim {
namespace {

/// The length of the UTF-8 sequence that `text` begins with; 0 when it begins with none (RFC 3629).
std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    const std::size_t length = first < 0x80    ? 1
                               : first < 0xC2  ? 0
                               : first < 0xE0  ? 2
                               : first < 0xF0  ? 3
                               : first <= 0xF4 ? 4
                                               : 0;
    if (length == 0 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) return 0;
    }
    // Overlong forms, surrogates, and what lies beyond Unicode.
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return length;
}

bool is_plain(char c) {
    // Docker escapes <, > and & as well, like Go's JSON encoder.
    return c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
}

void append_escaped(std::string& out, char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    if (c == '"' || c == '\\') {
        out += '\\';
        out += c;
    } else if (c == '\n') {
        out += "\\n";
    } else if (c == '\r') {
        out += "\\r";
    } else {
        const auto value = static_cast<unsigned char>(c);
        out += "\\u00";
        out += digits[value >> 4U];
        out += digits[value & 0xFU];
    }
}

void append_json_text(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const auto plain_end = std::find_if_not(text.begin(), text.end(), is_plain);
        out.append(text.begin(), plain_end);
        text.remove_prefix(static_cast<std::size_t>(plain_end - text.begin()));
        if (text.empty()) return;

        const std::size_t length = utf8_length(text);
        if (length == 1) {
            append_escaped(out, text[0]);
        } else if (length > 0) {
            // JavaScript ends a line at these two; Docker's log escapes them.
            const std::string_view character = text.substr(0, length);
            if (character == "\xE2\x80\xA8") {
                out += "\\u2028";
            } else if (character == "\xE2\x80\xA9") {
                out += "\\u2029";
            } else {
                out += character;
            }
        } else {
            out += "\\ufffd";
        }
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
}

}  // namespace

void append_log_entry(std::string& out, std::string_view line, bool line_ends, Stream stream,
                      std::string_view time) {
    out += "{\"log\":\"";
    append_json_text(out, line);
    if (line_ends) out += "\\n";
    out += stream == Stream::output ? R"(","stream":"stdout","time":")"
                                    : R"(","stream":"stderr","time":")";
    out += time;
    out += "\"}\n";
}

JsonLog::JsonLog(std::string path, LogRotation rotation)
    : path_{std::move(path)}, rotation_{rotation} {
    file_ = open_file(path_, O_WRONLY | O_CREAT | O_APPEND, 0640);
    struct stat status {};
    if (::fstat(file_.get(), &status) == 0) size_ = static_cast<std::uint64_t>(status.st_size);
}

std::string JsonLog::numbered(int number) const {
    return number == 0 ? path_ : path_ + "." + std::to_string(number);
}

/// Gives a file, packed or not, the next higher number. One that has it is lost.
void JsonLog::move_on(int number) const {
    for (const char* suffix : {"", ".gz"})
        ::unlink((numbered(number + 1) + suffix).c_str());
    for (const char* suffix : {"", ".gz"})
        ::rename((numbered(number) + suffix).c_str(), (numbered(number + 1) + suffix).c_str());
}

/// In a process of its own: the container goes on writing meanwhile. That process is reaped with
/// all others that end here.
void JsonLog::pack(const std::string& path) {
    try {
        Child gzip = spawn({.path = "/bin/gzip", .arguments = {"gzip", "--force", path}});
        packer_ = kernel::pidfd_open(gzip.pid());
        gzip.detach();
    } catch (const SystemError&) {
        // Then the file stays as it is, and is read as it is.
    }
}

/// gzip removes by its name what it has packed, so no other file may get that name before.
void JsonLog::wait_until_packed() {
    if (!packer_) return;
    pollfd polled{packer_.get(), POLLIN, 0};
    while (::poll(&polled, 1, -1) < 0 && errno == EINTR) {
    }
    packer_.reset();
}

/// Whole entries only: flush() is called between two of them.
void JsonLog::rotate() {
    wait_until_packed();
    for (int number = rotation_.max_files - 2; number >= 0; --number)
        move_on(number);
    if (rotation_.max_files <= 1) ::unlink(path_.c_str());
    try {
        file_ = open_file(path_, O_WRONLY | O_CREAT | O_APPEND, 0640);
        size_ = 0;
    } catch (const SystemError&) {
        return;  // then the old file goes on
    }
    if (rotation_.compress && rotation_.max_files > 1) pack(numbered(1));
}

void JsonLog::add(Stream stream, std::string_view bytes, Timestamp time) {
    if (!file_) return;
    // lab 08.2: cut the bytes into lines. An entry is made when a line ends, or when as much of it
    // has come as fits into a piece; the rest waits in line(stream).begun. An entry's time is that
    // at which its line began.
    Line& current = line(stream);
    const std::string time_text = to_rfc3339(time);
    while (!bytes.empty()) {
        if (current.begun.empty() && !current.cut) current.time = time;
        const std::size_t room = longest_piece - current.begun.size();
        const std::size_t newline = bytes.substr(0, room).find('\n');
        const bool line_ends = newline != std::string_view::npos;
        const std::string_view piece = bytes.substr(0, line_ends ? newline : room);
        bytes.remove_prefix(piece.size() + (line_ends ? 1 : 0));
        current.begun += piece;
        if (!line_ends && current.begun.size() < longest_piece) break;

        append_log_entry(entries_, current.begun, line_ends, stream,
                         current.time == time ? time_text : to_rfc3339(current.time));
        current.begun.clear();
        current.cut = !line_ends;
    }
    flush();
    // end lab
}

void JsonLog::finish() {
    for (const Stream stream : {Stream::output, Stream::errors}) {
        Line& last = line(stream);
        if (!last.begun.empty()) {
            append_log_entry(entries_, last.begun, false, stream, to_rfc3339(last.time));
        }
        last = {};
    }
    flush();
}

/// Up to and with the entry that makes the file full.
std::string_view JsonLog::part_that_fits(std::string_view entries) const {
    if (rotation_.max_size == 0) return entries;
    const std::uint64_t room = rotation_.max_size > size_ ? rotation_.max_size - size_ : 1;
    if (room >= entries.size()) return entries;
    return entries.substr(0, entries.find('\n', room - 1) + 1);
}

void JsonLog::flush() {
    std::string_view rest = entries_;
    while (!rest.empty()) {
        const std::string_view part = part_that_fits(rest);
        // A full disk costs log entries, never the container.
        if (!write(part)) break;
        rest.remove_prefix(part.size());
        size_ += part.size();
        if (rotation_.max_size != 0 && size_ >= rotation_.max_size) rotate();
    }
    entries_.clear();
}

bool JsonLog::write(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t n = ::write(file_.get(), bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

}  // namespace minidock::shim
