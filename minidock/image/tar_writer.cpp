#include "minidock/image/tar_writer.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include <exception>

#include "minidock/base/error.hpp"

namespace minidock::image {
namespace {

mode_t file_type(TarEntry::Type type) {
    switch (type) {
        case TarEntry::Type::folder:
            return S_IFDIR;
        case TarEntry::Type::symbolic_link:
            return S_IFLNK;
        case TarEntry::Type::character_device:
            return S_IFCHR;
        case TarEntry::Type::block_device:
            return S_IFBLK;
        case TarEntry::Type::fifo:
            return S_IFIFO;
        case TarEntry::Type::file:
        case TarEntry::Type::hard_link:
            break;
    }
    return S_IFREG;
}

}  // namespace

struct TarWriter::State {
    explicit State(ByteSink sink)
        : sink_{std::move(sink)},
          archive_{archive_write_new(), archive_write_free},
          entry_{archive_entry_new(), archive_entry_free} {
        archive_write_set_format_pax_restricted(archive_.get());
        archive_write_set_bytes_in_last_block(archive_.get(), 1);
        check(archive_write_open(archive_.get(), this, nullptr, pass_on, nullptr));
    }

    /// @throws what the sink threw, or libarchive's reason
    void check(la_ssize_t result) {
        if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
        if (result >= ARCHIVE_WARN) return;
        const char* reason = archive_error_string(archive_.get());
        throw BadParameter(std::string{"write an archive: "} + (reason != nullptr ? reason : "?"));
    }

    static la_ssize_t pass_on(archive* /*archive*/, void* self, const void* bytes,
                              std::size_t size) {
        auto& state = *static_cast<State*>(self);
        if (state.error_) return -1;
        try {
            state.sink_({static_cast<const char*>(bytes), size});
            return static_cast<la_ssize_t>(size);
        } catch (...) {
            state.error_ = std::current_exception();  // it must not pass through C code
            return -1;
        }
    }

    ByteSink sink_;
    std::exception_ptr error_;
    std::unique_ptr<archive, decltype(&archive_write_free)> archive_;
    std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry_;
};

TarWriter::TarWriter(ByteSink sink) : state_{std::make_unique<State>(std::move(sink))} {}

TarWriter::~TarWriter() {
    // What was not finished is not to be: closing would write an end.
    archive_write_fail(state_->archive_.get());
}

void TarWriter::begin(const TarEntry& entry) {
    archive_entry* const header = state_->entry_.get();
    archive_entry_clear(header);
    archive_entry_set_pathname(header, entry.path.c_str());
    archive_entry_set_mode(header, file_type(entry.type) | entry.permissions);
    archive_entry_set_uid(header, entry.uid);
    archive_entry_set_gid(header, entry.gid);
    archive_entry_set_mtime(header, entry.modified.tv_sec, entry.modified.tv_nsec);
    if (entry.type == TarEntry::Type::file)
        archive_entry_set_size(header, static_cast<la_int64_t>(entry.size));
    if (entry.type == TarEntry::Type::symbolic_link)
        archive_entry_set_symlink(header, entry.link_target.c_str());
    if (entry.type == TarEntry::Type::hard_link)
        archive_entry_set_hardlink(header, entry.link_target.c_str());
    archive_entry_set_rdev(header, entry.device);
    for (const auto& [name, value] : entry.attributes)
        archive_entry_xattr_add_entry(header, name.c_str(), value.data(), value.size());
    state_->check(archive_write_header(state_->archive_.get(), header));
}

void TarWriter::write(std::string_view bytes) {
    state_->check(archive_write_data(state_->archive_.get(), bytes.data(), bytes.size()));
}

void TarWriter::add(const std::string& path, std::string_view content) {
    begin({.path = path, .permissions = 0644, .size = content.size()});
    write(content);
}

void TarWriter::finish() {
    state_->check(archive_write_close(state_->archive_.get()));
}

}  // namespace minidock::image
