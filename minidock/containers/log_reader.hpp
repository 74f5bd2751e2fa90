// Reading a container's log back (minidock/shim/json_log.hpp says what it looks like), while the
// shim may be writing it.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "minidock/base/fd.hpp"
#include "minidock/base/timestamp.hpp"
#include "minidock/shim/json_log.hpp"

namespace minidock::containers {

/// One entry of the log.
struct LogEntry {
    shim::Stream stream = shim::Stream::output;
    Timestamp time;
    std::string text;  ///< with its newline, if its line ends here
};

/// Reads the files of a log, packed or not, the oldest first, and goes on in the newest while it
/// grows and is replaced by newer ones.
class LogReader {
  public:
    /// @param path       of the newest file; a log that does not exist is an empty one
    /// @param max_files  how many there are at the most: PATH, PATH.1, …
    explicit LogReader(std::string path, int max_files = 1);

    /// Goes to where the last `count` entries begin. To be called first.
    void skip_to_last(std::uint64_t count);
    /// The next entry; nothing when all that is there has been read. More may come later. What is
    /// no log entry is left out.
    std::optional<LogEntry> next();

  private:
    struct OpenFile {
        Fd content;            // of a packed file, a copy
        struct stat place {};  // of the file on the disk
    };
    bool fill();
    [[nodiscard]] std::string numbered(int number) const;
    [[nodiscard]] OpenFile open_numbered(int number) const;
    [[nodiscard]] bool is_being_read(int number) const;
    bool open_next();

    std::string path_;
    int max_files_;
    OpenFile file_;
    std::string buffer_;     // read, but not given out
    std::size_t begin_ = 0;  // of what is left in buffer_
};

/// @return nothing when `line` is no log entry
std::optional<LogEntry> parse_log_entry(std::string_view line);

}  // namespace minidock::containers
