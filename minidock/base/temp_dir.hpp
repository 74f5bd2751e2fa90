// A folder that is there for as long as its owner, with all that is in it. See mkdtemp(3).
#pragma once

#include <string>
#include <utility>

namespace minidock {

/// Owns a fresh folder; letting go of it removes the folder and everything below.
class TempDir {
  public:
    /// Makes PREFIX followed by six random characters, readable by its owner only.
    /// @throws SystemError naming the folder
    explicit TempDir(const std::string& prefix = "/tmp/minidock-");
    TempDir(TempDir&& other) noexcept : path_{std::exchange(other.path_, {})} {}
    TempDir& operator=(TempDir&& other) noexcept;
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    ~TempDir() { remove(); }

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// The path of something in it.
    [[nodiscard]] std::string operator/(const std::string& name) const {
        return path_ + "/" + name;
    }

  private:
    void remove() noexcept;
    std::string path_;
};

}  // namespace minidock
