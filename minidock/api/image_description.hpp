// Images as the API's documents: ImageSummary of the list, ImageInspect, and the lines of a
// history (docker-engine-api, definitions of these names).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "minidock/image/image.hpp"

namespace minidock::api {

nlohmann::json describe_summary(const image::Image& image);

/// @param config_text    the image's config as it arrived: it may have fields we do not know
/// @param layer_folders  lowest first
nlohmann::json describe_image(const image::Image& image, std::string_view config_text,
                              const std::vector<std::string>& layer_folders);

/// The last step first.
nlohmann::json describe_history(const image::Image& image);

}  // namespace minidock::api
