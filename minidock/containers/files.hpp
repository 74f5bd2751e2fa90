// The files of a container from outside of it: `docker cp`, in both directions. Of a running
// container they are what its own programs see, with everything mounted in it; of another one its
// image's layers with its own on top.
//
// Every path is the container's, and is resolved inside its root by the kernel
// (rootfs/open_in_root.hpp): a link in there to /etc/shadow means the container's (CVE-2018-15664,
// CVE-2019-14271 were an engine's cp that was led out).
#pragma once

#include <optional>
#include <string>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/timestamp.hpp"
#include "minidock/containers/container.hpp"
#include "minidock/containers/tree_tar.hpp"
#include "minidock/image/source.hpp"

namespace minidock::containers {

class Files {
  public:
    /// Opens the container's root. As long as this lives, a stopped one cannot be started.
    explicit Files(Container& container);

    struct Stat {
        std::string name;
        std::int64_t size = 0;
        std::uint32_t mode = 0;  ///< st_mode, of inode(7)
        Timestamp modified;
        std::string link_target;  ///< of a link: where it leads to in the end, in the container
    };
    /// @throws NotFound in Docker's words
    [[nodiscard]] Stat stat(const std::string& path) const;
    /// Sends a file, or a folder and all below it, as a tar.
    void read(const std::string& path, TreeTar::Sink sink) const;
    /// Unpacks a tar into a folder that is there.
    /// @param keep_kinds  refuse to replace a folder by a file, or the other way round
    void write(const std::string& path, image::Source& tar, bool keep_kinds) const;

  private:
    [[nodiscard]] NotFound not_found(const std::string& path) const;
    [[nodiscard]] std::string resolve(const std::string& path) const;

    Container& container_;
    std::optional<Container::Operation> operation_;
    Fd root_;
};

/// The whole file system of a container without what is mounted in it: `docker export`.
void export_files(const Container& container, TreeTar::Sink sink);

}  // namespace minidock::containers
