// An image from the Store into a registry.
#pragma once

#include "minidock/registry/pull.hpp"

namespace minidock::registry {

struct Pushed {
    image::Digest digest;  ///< of the manifest
    std::uint64_t size;    ///< of the manifest
};

/// Pushes the image of that name, which has a tag. Layers that the registry has are not sent, and
/// those that it has in another repository are taken from there. Afterwards the store knows the
/// image by the registry's digest as well.
/// @throws NotFound when there is no such image; Refused, Unreachable
Pushed push(image::Store& store, const Settings& settings, const image::Reference& name,
            const Credentials& credentials, const StepSink& report);

}  // namespace minidock::registry
