// What both users of libarchive's reader share (archive_read(3)): owning one, feeding it from a
// Source, and turning its errors into ours.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <exception>
#include <memory>
#include <string>

#include "minidock/image/source.hpp"

namespace minidock::image {

/// An open archive of libarchive's, fed by a Source.
class ArchiveInput {
  public:
    /// @param what  names the archive in errors: "layer sha256:…"
    ArchiveInput(Source& source, std::string what);

    [[nodiscard]] archive* get() const noexcept { return archive_.get(); }
    /// Starts to read; formats and filters must have been chosen.
    void open();
    /// Passes ARCHIVE_OK, ARCHIVE_WARN and ARCHIVE_EOF through.
    /// @throws BadParameter with libarchive's reason, or what the source threw
    int check(int result);

  private:
    static la_ssize_t read(archive* archive, void* self, const void** buffer);

    Source& source_;
    std::string what_;
    std::exception_ptr source_error_;
    std::unique_ptr<archive, decltype(&archive_read_free)> archive_;
};

/// The compressions that layers come in. Not "all": libarchive knows some for which it would start
/// a program.
void support_filters(archive* archive);

}  // namespace minidock::image
