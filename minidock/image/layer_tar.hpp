// Packs what a container changed as a layer: the tree of an overlay's upper folder as a tar, with
// its whiteouts and opaque folders in the form that layers have (whiteout.hpp). The same tree
// always makes the same archive: the entries are sorted.
#pragma once

#include "minidock/base/fd.hpp"
#include "minidock/image/tar_writer.hpp"

namespace minidock::image {

/// Writes all that is below an upper folder. Sockets are left out: they mean nothing elsewhere.
/// @return how many entries; 0 when nothing was changed
/// @throws SystemError
std::uint64_t pack_layer(const Fd& upper, TarWriter& tar);

}  // namespace minidock::image
