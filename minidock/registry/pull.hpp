// An image from a registry into the Store.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "minidock/image/store.hpp"
#include "minidock/registry/credentials.hpp"
#include "minidock/registry/settings.hpp"

namespace minidock::registry {

/// Something that people may want to see: a layer's way, in Docker's words. Reported from several
/// threads, one at a time.
struct Step {
    std::string id;           ///< of the layer, 12 digits; empty when it is about the whole
    std::string status;       ///< "Downloading"
    std::uint64_t done = 0;   ///< bytes
    std::uint64_t total = 0;  ///< 0 when it is not about bytes
};
using StepSink = std::function<void(const Step&)>;

struct PullOptions {
    Credentials credentials = {};
    std::optional<image::Platform> platform = std::nullopt;  ///< none: this machine's
};

struct Pulled {
    image::Digest id;
    image::Digest digest;  ///< of what the name stands for: the manifest, or the index above it
    bool newer = false;    ///< the name did not stand for this image before
};

/// Pulls the image of that name, which has a tag or a digest.
/// @throws NotFound when the registry has no such image, or none for that platform, or does not
///         let us see it; Unreachable; BadParameter when what comes is not what was promised
Pulled pull(image::Store& store, const Settings& settings, const image::Reference& name,
            const PullOptions& options, const StepSink& report);

/// The tags that the registry has of a repository.
std::vector<std::string> list_tags(const Settings& settings, const image::Reference& repository,
                                   const Credentials& credentials);

}  // namespace minidock::registry
