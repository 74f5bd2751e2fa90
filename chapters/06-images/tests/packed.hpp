// Content packed in a test, without the help of programs that a machine may lack.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace minidock::test {

/// @param filter  "gzip", "bzip2", "xz" or "zstd"
inline std::string packed(const std::string& content, const std::string& filter) {
    const std::unique_ptr<archive, decltype(&archive_write_free)> out{archive_write_new(),
                                                                      archive_write_free};
    const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry{archive_entry_new(),
                                                                              archive_entry_free};
    std::string result(content.size() + 100'000, '\0');
    std::size_t used = 0;
    archive_write_set_format_raw(out.get());
    archive_write_set_bytes_in_last_block(out.get(), 1);
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    if (archive_write_add_filter_by_name(out.get(), filter.c_str()) != ARCHIVE_OK ||
        archive_write_open_memory(out.get(), result.data(), result.size(), &used) != ARCHIVE_OK ||
        archive_write_header(out.get(), entry.get()) != ARCHIVE_OK ||
        archive_write_data(out.get(), content.data(), content.size()) < 0 ||
        archive_write_close(out.get()) != ARCHIVE_OK) {
        throw std::runtime_error(archive_error_string(out.get()));
    }
    result.resize(used);
    return result;
}

}  // namespace minidock::test
