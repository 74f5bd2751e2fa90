// Writes a tar archive, entry by entry, in the form that every reader knows: ustar, with pax
// headers for what does not fit in it (archive_write_set_format(3), pax restricted). Times are
// kept to the second, as Docker keeps them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "minidock/image/tar_reader.hpp"

namespace minidock::image {

/// Where bytes go.
using ByteSink = std::function<void(std::string_view)>;

class TarWriter {
  public:
    explicit TarWriter(ByteSink sink);
    ~TarWriter();

    /// Starts an entry. A file's content follows, as many bytes as the entry says.
    void begin(const TarEntry& entry);
    void write(std::string_view bytes);
    /// A file with its content in one; it belongs to root and is from 1970, so that the same
    /// content always makes the same archive.
    void add(const std::string& path, std::string_view content);
    /// The end of the archive.
    void finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace minidock::image
