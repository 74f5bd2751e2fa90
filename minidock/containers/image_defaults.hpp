// What a container takes over from its image, where the user has not said otherwise. The rules are
// Docker's; see "Runtime metrics … Overriding image defaults" in its run reference.
#pragma once

#include "minidock/base/json.hpp"
#include "minidock/image/config.hpp"

namespace minidock::containers {

/// Fills in a Config (document.hpp): what the user has set stays; environment, labels, ports and
/// volumes are merged name by name; an entrypoint of the user's drops the image's command.
/// @throws BadParameter "no command specified"
void take_image_defaults(Json& config, const image::RunConfig& image);

}  // namespace minidock::containers
