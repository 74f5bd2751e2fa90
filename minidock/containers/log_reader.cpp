#include "minidock/containers/log_reader.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "minidock/base/error.hpp"
#include "minidock/base/json.hpp"
#include "minidock/image/source.hpp"

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

/// A packed file, unpacked to one without a name.
Fd unpacked(const Fd& packed, const std::string& path) {
    Fd copy{::memfd_create("log", MFD_CLOEXEC)};
    if (!copy) throw SystemError("unpack " + path);
    image::FileSource file{packed.get(), path};
    image::DecompressingSource content{file, path};
    for (std::string_view block = content.next(); !block.empty(); block = content.next())
        write_all(copy.get(), block, path);
    if (::lseek(copy.get(), 0, SEEK_SET) < 0) throw SystemError("unpack " + path);
    return copy;
}

struct stat status_of(const Fd& file) {
    struct stat status {};
    if (::fstat(file.get(), &status) < 0) throw SystemError("look at the log");
    return status;
}

bool is_same_file(const struct stat& a, const struct stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/// Whether `packed` was made of `plain`: gzip(1) gives it the same time, and notes the size at its
/// end (RFC 1952, ISIZE).
bool is_packed_from(const struct stat& plain, const Fd& packed) {
    const struct stat status = status_of(packed);
    std::array<unsigned char, 4> size{};
    if (::pread(packed.get(), size.data(), size.size(), status.st_size - 4) != 4) return false;
    const std::uint32_t noted = size[0] | std::uint32_t{size[1]} << 8U |
                                std::uint32_t{size[2]} << 16U | std::uint32_t{size[3]} << 24U;
    return plain.st_mtim.tv_sec == status.st_mtim.tv_sec &&
           plain.st_mtim.tv_nsec == status.st_mtim.tv_nsec &&
           static_cast<std::uint32_t>(plain.st_size) == noted;
}

}  // namespace

LogReader::LogReader(std::string path, int max_files)
    : path_{std::move(path)}, max_files_{max_files} {
    for (int number = max_files_ - 1; number >= 0 && !file_.content; --number)
        file_ = open_numbered(number);
}

/// 0 is the newest.
std::string LogReader::numbered(int number) const {
    return number == 0 ? path_ : path_ + "." + std::to_string(number);
}

LogReader::OpenFile LogReader::open_numbered(int number) const {
    const std::string path = numbered(number);
    if (Fd plain{::open(path.c_str(), O_RDONLY | O_CLOEXEC)}) {
        const struct stat place = status_of(plain);
        return {std::move(plain), place};
    }
    const Fd packed{::open((path + ".gz").c_str(), O_RDONLY | O_CLOEXEC)};
    if (!packed) return {};
    try {
        return {unpacked(packed, path + ".gz"), status_of(packed)};
    } catch (const BadParameter&) {
        return {};  // somebody has damaged it
    }
}

/// Whether the file that has this number is the one that is being read.
bool LogReader::is_being_read(int number) const {
    const std::string path = numbered(number);
    if (const Fd plain{::open(path.c_str(), O_RDONLY | O_CLOEXEC)})
        return is_same_file(file_.place, status_of(plain));
    const Fd packed{::open((path + ".gz").c_str(), O_RDONLY | O_CLOEXEC)};
    if (!packed) return false;
    return is_same_file(file_.place, status_of(packed)) ||
           is_packed_from(status_of(file_.content), packed);
}

void LogReader::skip_to_last(std::uint64_t count) {
    for (int number = 0; number < max_files_; ++number) {
        OpenFile file = open_numbered(number);
        if (!file.content) return;  // the oldest was the last one looked at
        const auto begin = find_last_lines(file.content, count);
        ::lseek(file.content.get(), begin.value_or(0), SEEK_SET);
        file_ = std::move(file);
        if (begin) return;
    }
}

/// The file that was begun when this one was full.
bool LogReader::open_next() {
    for (int number = 0; file_.content && number < max_files_; ++number) {
        if (!is_being_read(number)) continue;
        if (number == 0) return false;  // it is still the newest
        OpenFile newer = open_numbered(number - 1);
        if (!newer.content) return false;
        file_ = std::move(newer);
        return true;
    }
    // It is no more: the next is the oldest that there is.
    for (int number = max_files_ - 1; number >= 0; --number) {
        OpenFile oldest = open_numbered(number);
        if (!oldest.content) continue;
        file_ = std::move(oldest);
        return true;
    }
    return false;
}

bool LogReader::fill() {
    buffer_.erase(0, begin_);
    begin_ = 0;
    std::array<char, 65536> block;
    do {
        const ssize_t n =
            file_.content ? ::read(file_.content.get(), block.data(), block.size()) : 0;
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
