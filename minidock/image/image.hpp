// An image as the store knows it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "minidock/base/timestamp.hpp"
#include "minidock/image/config.hpp"
#include "minidock/image/digest.hpp"
#include "minidock/image/manifest.hpp"
#include "minidock/image/reference.hpp"

namespace minidock::image {

struct Image {
    Digest id;  ///< the digest of its config
    Digest manifest_digest;
    std::uint64_t manifest_size = 0;
    Manifest manifest;
    ImageConfig config;
    std::vector<Digest> chain_ids;           ///< of its layers, lowest first
    std::vector<std::uint64_t> layer_sizes;  ///< unpacked, lowest first
    std::vector<Reference> tags = {};        ///< sorted
    std::vector<Reference> digests = {};     ///< what registries call it: "HOST/PATH@sha256:…"
    std::optional<Timestamp> last_tagged = std::nullopt;

    /// The sizes of all files in all layers.
    [[nodiscard]] std::uint64_t size() const;
    /// "busybox:latest", as the API shows them.
    [[nodiscard]] std::vector<std::string> repo_tags() const;
    /// "busybox@sha256:…"
    [[nodiscard]] std::vector<std::string> repo_digests() const;
};

/// A container that was made from an image, and what it needs of the store for as long as it
/// exists. Only whoever keeps the containers knows them.
struct ImageUser {
    std::string container_id;
    Digest image_id;
    bool running = false;
    std::vector<Digest> chain_ids;  ///< the layers that it is stacked on
};

/// One step of a removal.
struct Removal {
    enum class Kind { untagged, deleted };
    Kind kind;
    std::string what;  ///< a familiar name, an image ID or a chain ID
};

}  // namespace minidock::image
