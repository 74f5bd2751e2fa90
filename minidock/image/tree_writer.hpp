// Writes the entries of a layer to a folder (or, as `docker cp` does, those of any archive to a
// folder of a container), in the form in which overlayfs stacks it, and never outside of the folder
// whatever the archive says.
//
// No path of the archive reaches the kernel as a string from the host's root. A path is looked up
// from the descriptor of the layer's folder by openat2(2) with RESOLVE_BENEATH, which refuses to
// leave it by "..", by an absolute link or by a relative one; the last component is then made in
// the folder so found by a call that follows no link. That holds also when an earlier entry of
// the same archive made the link.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/image/entry_path.hpp"
#include "minidock/image/tar_reader.hpp"

namespace minidock::image {

/// What one layer may make of the disk. A small archive can describe a large tree.
struct UnpackLimits {
    std::uint64_t bytes = std::uint64_t{64} << 30U;  ///< of content
    std::uint64_t entries = 5'000'000;
};

/// What is written.
struct TreeForm {
    /// Names may be whiteouts, and links that lead out of the folder are refused. Otherwise all
    /// names are ordinary, and links are followed as if the folder were "/".
    bool is_layer = true;
    /// A folder is not replaced by anything else, nor anything else by a folder.
    bool keeps_kinds = false;
};

class TreeWriter {
  public:
    /// @param root  a folder; an empty one for a layer
    TreeWriter(int root, const UnpackLimits& limits, TreeForm form = {})
        : root_{root}, limits_{limits}, form_{form} {}

    /// Makes what the entry describes, with its owner, mode, times and attributes. What an earlier
    /// entry made in its place is replaced; a folder stays and gets the new attributes.
    /// @throws BadParameter when the entry is hostile or breaks a limit; SystemError
    void add(const TarEntry& entry, TarReader& content);
    /// To be called after the last entry: sets the times of the folders.
    void finish();

    /// The bytes in all regular files.
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  private:
    struct FolderTime {
        std::string path;
        timespec modified;
    };

    void write(const EntryPath& path, const TarEntry& entry, TarReader& content);
    void write_file(int parent, const std::string& name, const TarEntry& entry, TarReader& content);
    void write_folder(int parent, const EntryPath& path, const TarEntry& entry);
    void write_hard_link(int parent, const std::string& name, const TarEntry& entry);
    void hide(int parent, const EntryPath& whiteout, const std::string& name);
    /// @return whether a whiteout stood there
    bool make_room(int parent, const std::string& name);

    [[nodiscard]] int parent_of(const EntryPath& path);
    [[nodiscard]] Fd open_folder(const std::string& path, std::uint64_t flags) const;
    [[nodiscard]] Fd open_or_make_folder(std::string_view path);
    void remember_time(const std::string& folder, const timespec& modified);
    void count_bytes(std::uint64_t bytes);

    int root_;
    UnpackLimits limits_;
    TreeForm form_;
    std::uint64_t entries_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t size_ = 0;
    // Entries come folder by folder, so the last one's folder is nearly always the next one's.
    std::string parent_path_;
    Fd parent_;
    // Making entries changes a folder's time, so it is set last.
    std::vector<FolderTime> folder_times_;
    std::size_t folder_times_memory_ = 0;
};

}  // namespace minidock::image
