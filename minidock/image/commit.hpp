// An image made of another one and what was changed on top of it: one more layer, and a config
// that says how it came about.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "minidock/image/store.hpp"
#include "minidock/image/tar_writer.hpp"

namespace minidock::image {

struct CommitOptions {
    Digest parent;            ///< the image's ID
    std::string config = {};  ///< the "config" object as JSON; empty for the parent's
    std::string author = {};
    std::string comment = {};
    std::string created_by = {};  ///< the step in the history
    std::optional<Reference> name = std::nullopt;
};

/// Writes the entries of the new layer. @return how many
using LayerPacker = std::function<std::uint64_t(TarWriter&)>;

/// Makes the image; without an entry in the layer it is an image of the parent's layers.
/// @throws NotFound when the parent is gone
Digest commit(Store& store, const CommitOptions& options, const LayerPacker& pack);

}  // namespace minidock::image
