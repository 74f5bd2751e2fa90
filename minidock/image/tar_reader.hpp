// Reads a tar archive from a Source, entry by entry: ustar, GNU and pax forms, as libarchive(3)
// knows them. The names are still as the archive has them: nothing here trusts them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "minidock/image/source.hpp"

namespace minidock::image {

/// What an archive says of one file.
struct TarEntry {
    enum class Type {
        file,
        folder,
        symbolic_link,
        hard_link,
        character_device,
        block_device,
        fifo
    };

    Type type = Type::file;
    std::string path;
    std::string link_target;  ///< of both kinds of link
    mode_t permissions = 0;   ///< with set-user-ID and the like
    uid_t uid = 0;
    gid_t gid = 0;
    std::uint64_t size = 0;
    timespec modified{};
    dev_t device = 0;
    std::vector<std::pair<std::string, std::string>> attributes;  ///< extended ones, xattr(7)
};

/// A piece of a file's content; what lies between pieces is a hole.
struct TarBlock {
    std::string_view bytes;
    std::uint64_t offset;
};

class TarReader {
  public:
    enum class Compressed { no, perhaps };

    /// @param what        names the archive in errors
    /// @param compressed  whether the archive as a whole may be packed
    TarReader(Source& source, std::string what, Compressed compressed = Compressed::no);
    ~TarReader();

    /// Goes to the next entry, past what is left of this one's content.
    /// @return none at the end
    /// @throws BadParameter when this is no tar archive, or a damaged one
    const TarEntry* next();
    /// The next piece of the entry's content; none at its end. Valid until the next call.
    std::optional<TarBlock> next_block();
    /// All of the entry's content.
    /// @throws BadParameter when it is larger than `limit` bytes
    std::string read_content(std::uint64_t limit);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace minidock::image
