// The paths that archives give for their entries, before they come near a file system.
#pragma once

#include <string>
#include <string_view>

namespace minidock::image {

/// A path from an archive that is known to be relative and free of "..".
class EntryPath {
  public:
    /// @throws BadParameter saying what is wrong with it
    static EntryPath parse(std::string_view raw);

    [[nodiscard]] bool is_root() const noexcept { return path_.empty(); }
    [[nodiscard]] const std::string& str() const noexcept { return path_; }
    /// Empty for what lies in the root.
    [[nodiscard]] std::string_view parent() const;
    [[nodiscard]] std::string name() const;

  private:
    explicit EntryPath(std::string path) : path_{std::move(path)} {}
    std::string path_;
};

/// A name from an archive for an error message: on one line whatever is in it, and cut where long.
std::string printable(std::string_view name);

}  // namespace minidock::image
