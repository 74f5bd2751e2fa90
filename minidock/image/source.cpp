#include "minidock/image/source.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>

#include "minidock/base/error.hpp"
#include "minidock/image/libarchive.hpp"

namespace minidock::image {
namespace {

/// Big enough that system calls do not count, small enough to stay in the processor's cache.
constexpr std::size_t block_size = std::size_t{256} << 10U;

}  // namespace

FileSource::FileSource(int fd, std::string what)
    : fd_{fd}, what_{std::move(what)}, buffer_(block_size) {}

std::string_view FileSource::next() {
    for (;;) {
        const ssize_t n = ::read(fd_, buffer_.data(), buffer_.size());
        if (n >= 0) return {buffer_.data(), static_cast<std::size_t>(n)};
        if (errno != EINTR) throw SystemError("read " + what_);
    }
}

std::string_view HashingSource::next() {
    const std::string_view block = inner_.next();
    hasher_.update(block);
    return block;
}

Digest HashingSource::finish() {
    while (!next().empty()) {
    }
    return hasher_.finish();
}

std::string_view CountingSource::next() {
    const std::string_view block = inner_.next();
    total_ += block.size();
    if (!block.empty()) on_total_(total_);
    return block;
}

Compression compression_of(std::string_view start) {
    using namespace std::string_view_literals;
    if (start.starts_with("\x1f\x8b"sv)) return Compression::gzip;
    if (start.starts_with("BZh"sv)) return Compression::bzip2;
    if (start.starts_with("\xfd"
                          "7zXZ\0"sv))
        return Compression::xz;
    if (start.starts_with("\x28\xb5\x2f\xfd"sv)) return Compression::zstd;
    return Compression::none;
}

Compression compression_of(const Fd& file, const std::string& what) {
    std::array<char, 16> start{};
    const ssize_t n = ::pread(file.get(), start.data(), start.size(), 0);
    if (n < 0) throw SystemError("read " + what);
    return compression_of({start.data(), static_cast<std::size_t>(n)});
}

struct DecompressingSource::State {
    ArchiveInput input;
    State(Source& packed, std::string what) : input{packed, std::move(what)} {}
};

DecompressingSource::DecompressingSource(Source& packed, std::string what)
    : state_{std::make_unique<State>(packed, std::move(what))} {
    ArchiveInput& input = state_->input;
    support_filters(input.get());
    archive_read_support_format_raw(input.get());
    input.open();
    archive_entry* content = nullptr;
    input.check(archive_read_next_header(input.get(), &content));
}

DecompressingSource::~DecompressingSource() = default;

std::string_view DecompressingSource::next() {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    ArchiveInput& input = state_->input;
    // A filter may have nothing to give for now; only the end of the archive is the end.
    while (input.check(archive_read_data_block(input.get(), &block, &size, &offset)) !=
           ARCHIVE_EOF) {
        if (size > 0) return {static_cast<const char*>(block), size};
    }
    return {};
}

}  // namespace minidock::image
