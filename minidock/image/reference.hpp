// Names of images: "host:port/path/name:tag@digest". The grammar is that of the distribution
// project (reference/reference.go), the defaults are Docker's: "busybox" is short for
// "docker.io/library/busybox:latest".
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "minidock/image/digest.hpp"

namespace minidock::image {

/// A name of an image in its normal form, with the registry and the whole path.
class Reference {
  public:
    /// Understands every form in which people write names.
    /// @throws BadParameter "invalid reference format…"
    static Reference parse(std::string_view text);

    [[nodiscard]] const std::string& domain() const noexcept { return domain_; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] const std::optional<std::string>& tag() const noexcept { return tag_; }
    [[nodiscard]] const std::optional<Digest>& digest() const noexcept { return digest_; }

    /// The same name with the tag "latest" where it has neither tag nor digest.
    [[nodiscard]] Reference with_default_tag() const;
    /// The same repository under another tag.
    /// @throws BadParameter when `tag` is no tag
    [[nodiscard]] Reference with_tag(std::string_view tag) const;

    /// The same repository by digest: "HOST/PATH@sha256:…".
    [[nodiscard]] Reference with_digest(const Digest& digest) const;
    /// The same name; where it has both a tag and a digest, without the tag.
    [[nodiscard]] Reference without_tag() const;

    /// "docker.io/library/busybox:latest"
    [[nodiscard]] std::string str() const;
    /// "docker.io/library/busybox"
    [[nodiscard]] std::string repository() const { return domain_ + "/" + path_; }
    /// As people know it: "busybox:latest".
    [[nodiscard]] std::string familiar() const;
    /// "busybox"
    [[nodiscard]] std::string familiar_repository() const;

    auto operator<=>(const Reference&) const = default;

  private:
    Reference() = default;
    [[nodiscard]] std::string suffix() const;

    std::string domain_;
    std::string path_;
    std::optional<std::string> tag_;
    std::optional<Digest> digest_;
};

}  // namespace minidock::image
