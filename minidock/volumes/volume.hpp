// A volume: a folder with a name that outlives the containers which use it. See the Docker Engine
// API v1.47, section Volumes, for what clients see of it.
#pragma once

#include <map>
#include <string>

#include "minidock/base/json.hpp"
#include "minidock/base/timestamp.hpp"

namespace minidock::volumes {

using StringMap = std::map<std::string, std::string>;

/// Docker's mark of a volume that nobody gave a name to.
inline constexpr const char* anonymous_label = "com.docker.volume.anonymous";

struct Volume {
    std::string name;
    Timestamp created;
    StringMap labels;
    StringMap options;  ///< of the local driver: "type", "o", "device"

    [[nodiscard]] bool is_anonymous() const { return labels.contains(anonymous_label); }
};

/// What a volume is to be like, if it is not there yet.
struct VolumeWish {
    std::string name;    ///< empty: a random one, and the volume is anonymous
    std::string driver;  ///< "local" or empty
    StringMap labels;
    StringMap options;
};

/// Docker's grammar: a letter or digit, then at least one of [a-zA-Z0-9_.-]. So no name is a path.
/// @throws BadParameter in Docker's words
void check_volume_name(const std::string& name);

/// A map of texts in a document; empty if it is not there. @throws BadParameter
StringMap map_of(const JsonReader& document, const char* key);

/// opts.json.
Json to_json(const Volume& volume);
/// @throws BadParameter
Volume parse_volume(const std::string& name, const Json& document);

}  // namespace minidock::volumes
