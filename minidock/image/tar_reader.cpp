#include "minidock/image/tar_reader.hpp"

#include <fmt/format.h>

#include "minidock/base/error.hpp"
#include "minidock/image/entry_path.hpp"
#include "minidock/image/libarchive.hpp"

namespace minidock::image {

struct TarReader::State {
    ArchiveInput input;
    TarEntry entry;
    State(Source& source, std::string what) : input{source, std::move(what)} {}
};

TarReader::TarReader(Source& source, std::string what, Compressed compressed)
    : state_{std::make_unique<State>(source, std::move(what))} {
    archive* archive = state_->input.get();
    if (compressed == Compressed::perhaps) support_filters(archive);
    archive_read_support_format_tar(archive);
    state_->input.open();
}

TarReader::~TarReader() = default;

namespace {

TarEntry::Type type_of(archive_entry* entry) {
    using Type = TarEntry::Type;
    if (archive_entry_hardlink(entry) != nullptr) return Type::hard_link;
    switch (archive_entry_filetype(entry)) {
        case AE_IFDIR:
            return Type::folder;
        case AE_IFLNK:
            return Type::symbolic_link;
        case AE_IFCHR:
            return Type::character_device;
        case AE_IFBLK:
            return Type::block_device;
        case AE_IFIFO:
            return Type::fifo;
        default:
            return Type::file;
    }
}

std::string text_or_empty(const char* text) {
    return text != nullptr ? text : "";
}

void read_attributes(archive_entry* entry, TarEntry& into) {
    into.attributes.clear();
    archive_entry_xattr_reset(entry);
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    while (archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK) {
        into.attributes.emplace_back(name, std::string{static_cast<const char*>(value), size});
    }
}

void read_entry(archive_entry* entry, TarEntry& into) {
    // The bytes of a name are passed on as they are: in the C locale, which the daemon stays in,
    // libarchive converts none of them.
    into.type = type_of(entry);
    into.path = text_or_empty(archive_entry_pathname(entry));
    into.link_target =
        text_or_empty(into.type == TarEntry::Type::hard_link ? archive_entry_hardlink(entry)
                                                             : archive_entry_symlink(entry));
    into.permissions = archive_entry_perm(entry);
    into.uid = static_cast<uid_t>(archive_entry_uid(entry));
    into.gid = static_cast<gid_t>(archive_entry_gid(entry));
    into.size = static_cast<std::uint64_t>(archive_entry_size(entry));
    into.modified = {.tv_sec = archive_entry_mtime(entry),
                     .tv_nsec = archive_entry_mtime_nsec(entry)};
    into.device = archive_entry_rdev(entry);
    read_attributes(entry, into);
}

}  // namespace

const TarEntry* TarReader::next() {
    archive_entry* entry = nullptr;
    ArchiveInput& input = state_->input;
    if (input.check(archive_read_next_header(input.get(), &entry)) == ARCHIVE_EOF) return nullptr;
    read_entry(entry, state_->entry);
    return &state_->entry;
}

std::optional<TarBlock> TarReader::next_block() {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    ArchiveInput& input = state_->input;
    if (input.check(archive_read_data_block(input.get(), &block, &size, &offset)) == ARCHIVE_EOF) {
        return std::nullopt;
    }
    return TarBlock{{static_cast<const char*>(block), size}, static_cast<std::uint64_t>(offset)};
}

std::string TarReader::read_content(std::uint64_t limit) {
    const TarEntry& entry = state_->entry;
    if (entry.size > limit) {
        throw BadParameter(fmt::format("{} has {} bytes; the limit is {}", printable(entry.path),
                                       entry.size, limit));
    }
    std::string content;
    while (const auto block = next_block())
        content.append(block->bytes);
    return content;
}

}  // namespace minidock::image
