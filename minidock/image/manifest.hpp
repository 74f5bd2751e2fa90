// The documents that tie an image together: the index lists manifests, a manifest lists an image's
// config and layers, and each names the next by digest. See the OCI image specification,
// "Image Index", "Image Manifest" and "Content Descriptors"; Docker's schema 2 documents have the
// same fields under other media types.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "minidock/image/digest.hpp"
#include "minidock/image/source.hpp"

namespace minidock::image {

namespace media_type {
inline constexpr std::string_view oci_index = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view oci_manifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view oci_config = "application/vnd.oci.image.config.v1+json";
inline constexpr std::string_view oci_layer = "application/vnd.oci.image.layer.v1.tar";
inline constexpr std::string_view docker_index =
    "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view docker_manifest =
    "application/vnd.docker.distribution.manifest.v2+json";
/// The layer's type for how it is packed; OCI has names for gzip and zstd only.
std::string layer(Compression compression);
}  // namespace media_type

/// No manifest or config is larger; registries have the same limit.
inline constexpr std::uint64_t largest_document = std::uint64_t{4} << 20U;

/// What an image runs on: "linux/arm64/v8".
struct Platform {
    std::string os;
    std::string architecture;
    std::string variant;

    /// This machine's.
    static Platform host();
    /// From "linux/arm64/v8", "linux/arm64", or "arm64" alone.
    /// @throws BadParameter
    static Platform parse(std::string_view text);
    [[nodiscard]] std::string str() const;
};

/// Names a piece of content, and says what it is.
struct Descriptor {
    std::string media_type;
    Digest digest;
    std::uint64_t size = 0;
    std::map<std::string, std::string> annotations = {};
    std::optional<Platform> platform = std::nullopt;

    [[nodiscard]] bool is_index() const;
    [[nodiscard]] bool is_manifest() const;
};

struct Manifest {
    std::string media_type;
    Descriptor config;
    std::vector<Descriptor> layers;  ///< lowest first
};

struct Index {
    std::vector<Descriptor> manifests;
};

/// @param what  names the document in errors
/// @throws BadParameter saying what is wrong where
Manifest parse_manifest(std::string_view text, const std::string& what);
Index parse_index(std::string_view text, const std::string& what);

std::string to_json(const Manifest& manifest);
std::string to_json(const Index& index);

/// The entry of an index of several platforms that suits `wanted` best.
/// @throws NotFound when none does
const Descriptor& choose_platform(const Index& index, const Platform& wanted,
                                  const std::string& what);

/// One image of the manifest.json of a docker-archive (what `docker save` writes).
struct ArchivedImage {
    std::string config;  ///< path in the archive
    std::vector<std::string> repo_tags;
    std::vector<std::string> layers;  ///< paths in the archive, lowest first
};

/// @throws BadParameter
std::vector<ArchivedImage> parse_archive_manifest(std::string_view text);

}  // namespace minidock::image
