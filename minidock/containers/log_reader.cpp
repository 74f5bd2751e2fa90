#include "minidock/containers/log_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "minidock/base/error.hpp"
#include "minidock/base/json.hpp"

namespace minidock::containers {

namespace {

/// Where the last `count` lines of a file begin. Reads backwards, block by block.
/// @return nothing when there are fewer; `count` is then less by as many as there are
std::optional<off_t> find_last_lines(const Fd& file, std::uint64_t& count) {
    struct stat status {};
    if (::fstat(file.get(), &status) < 0) throw SystemError("look at the log");
    std::array<char, 65536> block;
    off_t start = status.st_size;
    std::uint64_t newlines = 0;
    while (start > 0) {
        const auto size = std::min<off_t>(start, block.size());
        start -= size;
        const ssize_t n = ::pread(file.get(), block.data(), static_cast<std::size_t>(size), start);
        if (n < 0) throw SystemError("read the log");
        for (ssize_t i = n - 1; i >= 0; --i) {
            if (block.at(static_cast<std::size_t>(i)) != '\n') continue;
            // The first one met ends the last entry.
            if (newlines++ == count) return start + i + 1;
        }
    }
    count -= newlines;
    return std::nullopt;
}

bool is_same_file(const Fd& a, const Fd& b) {
    struct stat one {};
    struct stat other {};
    return ::fstat(a.get(), &one) == 0 && ::fstat(b.get(), &other) == 0 &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

}  // namespace

LogReader::LogReader(std::string path, int max_files)
    : path_{std::move(path)}, max_files_{max_files} {
    for (int number = max_files_ - 1; number >= 0 && !file_; --number)
        file_ = open_numbered(number);
}

/// 0 is the newest.
Fd LogReader::open_numbered(int number) const {
    const std::string path = number == 0 ? path_ : path_ + "." + std::to_string(number);
    return Fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
}

void LogReader::skip_to_last(std::uint64_t count) {
    for (int number = 0; number < max_files_; ++number) {
        Fd file = open_numbered(number);
        if (!file) return;  // the oldest was the last one looked at
        const auto begin = find_last_lines(file, count);
        ::lseek(file.get(), begin.value_or(0), SEEK_SET);
        file_ = std::move(file);
        if (begin) return;
    }
}

/// The file that was begun when this one was full.
bool LogReader::open_next() {
    for (int number = 0; number < max_files_; ++number) {
        Fd file = open_numbered(number);
        if (!file || (file_ && !is_same_file(file, file_))) continue;
        if (file_ && number == 0) return false;  // it is still the newest
        if (file_) file = open_numbered(number - 1);
        if (!file) return false;
        file_ = std::move(file);
        return true;
    }
    // It is no more: the next is the oldest that there is.
    for (int number = max_files_ - 1; number >= 0; --number) {
        if (Fd file = open_numbered(number)) {
            file_ = std::move(file);
            return true;
        }
    }
    return false;
}

bool LogReader::fill() {
    buffer_.erase(0, begin_);
    begin_ = 0;
    std::array<char, 65536> block;
    do {
        const ssize_t n = file_ ? ::read(file_.get(), block.data(), block.size()) : 0;
        if (n < 0) throw SystemError("read the log");
        buffer_.append(block.data(), static_cast<std::size_t>(n));
        if (n > 0) return true;
    } while (open_next());
    return false;
}

std::optional<LogEntry> LogReader::next() {
    for (;;) {
        const std::size_t newline = buffer_.find('\n', begin_);
        if (newline == std::string::npos) {
            if (!fill()) return std::nullopt;
            continue;
        }
        const std::string_view line{buffer_.data() + begin_, newline - begin_};
        begin_ = newline + 1;
        if (auto entry = parse_log_entry(line)) return entry;
    }
}

std::optional<LogEntry> parse_log_entry(std::string_view line) {
    const Json entry = Json::parse(line, nullptr, false);
    if (!entry.is_object()) return std::nullopt;
    const auto text = entry.find("log");
    const auto stream = entry.find("stream");
    const auto time = entry.find("time");
    if (text == entry.end() || !text->is_string() || time == entry.end() || !time->is_string()) {
        return std::nullopt;
    }
    const bool is_errors = stream != entry.end() && *stream == "stderr";
    return LogEntry{.stream = is_errors ? shim::Stream::errors : shim::Stream::output,
                    .time = from_rfc3339(time->get_ref<const std::string&>()).value_or(Timestamp{}),
                    .text = *text};
}

}  // namespace minidock::containers
