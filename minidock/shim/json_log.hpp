// A container's log, in the format of Docker's json-file driver: one JSON object a line,
//   {"log":"hello\n","stream":"stdout","time":"2024-05-01T12:00:00.123456789Z"}
// A line of more than 16 KiB is logged in pieces; only the last has the line's end in it. Bytes
// that are no UTF-8 are logged as U+FFFD.
//
// When a file has its greatest size, it is renamed to PATH.1, the one that was PATH.1 to PATH.2 and
// so on, and a new one is begun. Old ones may be packed by gzip(1), to PATH.1.gz and so on.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "minidock/base/fd.hpp"
#include "minidock/base/timestamp.hpp"
#include "minidock/shim/frame.hpp"

namespace minidock::shim {

/// When to begin a new file, and how many to keep.
struct LogRotation {
    std::uint64_t max_size = 0;  ///< bytes; 0: one file for ever
    std::uint16_t max_files = 1;
    bool compress = false;  ///< pack all but the newest
};

class JsonLog {
  public:
    /// A log of which nothing is kept.
    JsonLog() = default;
    /// Appends to a file, which is made where it is missing.
    JsonLog(std::string path, LogRotation rotation);

    /// Logs output that the container has just written. What belongs to a line that has not ended
    /// yet waits for the rest of it.
    void add(Stream stream, std::string_view bytes, Timestamp time);
    /// Logs what waits: nothing more will come.
    void finish();

    /// A line longer than this is logged in pieces.
    static constexpr std::size_t longest_piece = 16384;

  private:
    struct Line {
        std::string begun;  // what has come of it so far
        Timestamp time;     // when it began
        bool cut = false;   // a piece of it has been logged
    };
    Line& line(Stream stream) { return lines_[stream == Stream::output ? 0 : 1]; }
    void flush();
    [[nodiscard]] std::string_view part_that_fits(std::string_view entries) const;
    [[nodiscard]] bool write(std::string_view bytes) const;
    void rotate();
    void move_on(int number) const;
    void pack(const std::string& path);
    void wait_until_packed();
    [[nodiscard]] std::string numbered(int number) const;

    std::string path_;
    LogRotation rotation_;
    Fd file_;
    std::uint64_t size_ = 0;  // of the file
    Fd packer_;               // the gzip that runs, if one does
    std::array<Line, 2> lines_;
    std::string entries_;  // to be written
};

/// Appends one entry to `out`, with the newline after it.
void append_log_entry(std::string& out, std::string_view line, bool line_ends, Stream stream,
                      std::string_view time);

}  // namespace minidock::shim
