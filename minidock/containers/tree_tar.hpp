// Trees of files as a tar archive (pax format, libarchive(3)): what `docker cp` and `docker export`
// send. The trees belong to a container, which may change them meanwhile: no link is followed.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

struct archive;
struct stat;

namespace minidock::containers {

class TreeTar {
  public:
    using Sink = std::function<void(std::string_view)>;

    /// @param sink  gets the archive piece by piece; what it throws comes out of the calls below
    explicit TreeTar(Sink sink);
    ~TreeTar();
    TreeTar(const TreeTar&) = delete;
    TreeTar& operator=(const TreeTar&) = delete;

    /// Adds a file, or a folder with everything below it.
    /// @param folder  a descriptor of the folder that it lies in
    /// @param as      its path in the archive
    void add(int folder, const std::string& name, const std::string& as);
    /// Adds what is in a folder, without the folder itself.
    void add_content(int folder, const std::string& as);
    /// Completes the archive.
    void finish();

  private:
    struct State;
    void add_file(int folder, const std::string& name, const std::string& as,
                  const struct stat& status);

    std::unique_ptr<State> state_;
    std::map<std::pair<unsigned long, unsigned long>, std::string> linked_;  // by device and inode
};

}  // namespace minidock::containers
