// What a container is made of: decided when it is created, and never changed.
#pragma once

#include <string>
#include <vector>

#include "minidock/base/json.hpp"
#include "minidock/base/timestamp.hpp"
#include "minidock/containers/settings.hpp"
#include "minidock/image/digest.hpp"

namespace minidock::containers {

struct Definition {
    std::string id;
    Timestamp created;
    image::Digest image;                   ///< the image's ID
    std::vector<image::Digest> chain_ids;  ///< its layers, which must stay while we are here
    std::vector<std::string> layers;       ///< the folders of the layers, lowest first
    Json config_document;                  ///< Config, completed, as inspect shows it
    Json host_config_document;             ///< HostConfig, the same
    Config config;                         ///< read from the documents
    HostConfig host_config;
};

/// FOLDER/config.json.
Json to_json(const Definition& definition);
/// @throws BadParameter
Definition parse_definition(const Json& document);

}  // namespace minidock::containers
