#include "minidock/image/libarchive.hpp"

#include "minidock/base/error.hpp"

namespace minidock::image {

ArchiveInput::ArchiveInput(Source& source, std::string what)
    : source_{source}, what_{std::move(what)}, archive_{archive_read_new(), archive_read_free} {
    if (!archive_) throw std::bad_alloc{};
}

void ArchiveInput::open() {
    check(archive_read_open(archive_.get(), this, nullptr, &ArchiveInput::read, nullptr));
}

la_ssize_t ArchiveInput::read(archive* archive, void* self, const void** buffer) {
    // An exception must not fly through libarchive, which is C: it waits in check().
    auto* input = static_cast<ArchiveInput*>(self);
    try {
        const std::string_view block = input->source_.next();
        *buffer = block.data();
        return static_cast<la_ssize_t>(block.size());
    } catch (...) {
        input->source_error_ = std::current_exception();
        archive_set_error(archive, EIO, "its source failed");
        return ARCHIVE_FATAL;
    }
}

int ArchiveInput::check(int result) {
    if (source_error_) std::rethrow_exception(std::exchange(source_error_, nullptr));
    if (result == ARCHIVE_OK || result == ARCHIVE_WARN || result == ARCHIVE_EOF) return result;
    const char* reason = archive_error_string(archive_.get());
    throw BadParameter("read " + what_ + ": " + (reason != nullptr ? reason : "damaged archive"));
}

void support_filters(archive* archive) {
    archive_read_support_filter_gzip(archive);
    archive_read_support_filter_bzip2(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_zstd(archive);
}

}  // namespace minidock::image
