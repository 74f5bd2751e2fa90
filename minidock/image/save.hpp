// Images as an archive for others: an OCI layout and a Docker archive in one, as Docker writes
// since version 25. A reader takes what it knows: index.json leads to the manifests, manifest.json
// to the configs and layers, and the blobs are the same for both.
#pragma once

#include <string>
#include <vector>

#include "minidock/image/store.hpp"
#include "minidock/image/tar_writer.hpp"

namespace minidock::image {

/// Writes images as one archive, each blob once.
/// @param names  names and IDs; a name without a tag is all tags of that repository, and an ID is
///               the image without any name
/// @throws NotFound, before anything is written
void save(Store& store, const std::vector<std::string>& names, const ByteSink& sink);

}  // namespace minidock::image
