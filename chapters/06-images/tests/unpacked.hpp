// A layer unpacked into a folder of its own, for tests that look at what came out.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <array>
#include <optional>
#include <string>

#include "chapters/06-images/tests/tar_builder.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"
#include "minidock/image/tree_writer.hpp"

namespace minidock::test {

class Unpacked {
  public:
    explicit Unpacked(const std::string& tar, const image::UnpackLimits& limits = {}) {
        const std::string root = folder_ / "root";
        if (::mkdir(root.c_str(), 0755) < 0) throw SystemError("make " + root);
        const Fd fd = open_file(root, O_RDONLY | O_DIRECTORY);
        MemorySource source{tar};
        image::TarReader reader{source, "the layer"};
        image::TreeWriter writer{fd.get(), limits};
        while (const image::TarEntry* entry = reader.next())
            writer.add(*entry, reader);
        writer.finish();
        size_ = writer.size();
    }
    explicit Unpacked(const TarBuilder& tar) : Unpacked{tar.str()} {}

    [[nodiscard]] std::string path(const std::string& name) const {
        return folder_.path() + "/root/" + name;
    }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] std::string content(const std::string& name) const {
        return read_file(path(name));
    }
    [[nodiscard]] bool has(const std::string& name) const { return status(name).has_value(); }
    [[nodiscard]] std::optional<struct stat> status(const std::string& name) const {
        struct stat status {};
        if (::lstat(path(name).c_str(), &status) < 0) return std::nullopt;
        return status;
    }
    [[nodiscard]] std::optional<std::string> attribute(const std::string& name,
                                                       const std::string& key) const {
        std::array<char, 256> value{};
        const ssize_t n = ::lgetxattr(path(name).c_str(), key.c_str(), value.data(), value.size());
        if (n < 0) return std::nullopt;
        return std::string{value.data(), static_cast<std::size_t>(n)};
    }
    [[nodiscard]] bool is_whiteout(const std::string& name) const {
        const auto found = status(name);
        return found && S_ISCHR(found->st_mode) && found->st_rdev == 0;
    }
    [[nodiscard]] bool is_opaque(const std::string& name) const {
        return attribute(name, "trusted.overlay.opaque") == "y";
    }

  private:
    TempDir folder_;
    std::uint64_t size_ = 0;
};

}  // namespace minidock::test
