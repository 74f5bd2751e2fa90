// What a container has changed of its image's files: `docker diff`.
#pragma once

#include <vector>

#include "minidock/containers/container.hpp"
#include "minidock/rootfs/layer_diff.hpp"

namespace minidock::containers {

std::vector<rootfs::Change> changes_of(const Container& container);

}  // namespace minidock::containers
