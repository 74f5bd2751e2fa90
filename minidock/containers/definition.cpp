#include "minidock/containers/definition.hpp"

#include "minidock/base/error.hpp"

namespace minidock::containers {

Json to_json(const Definition& definition) {
    Json chain_ids = Json::array();
    for (const image::Digest& id : definition.chain_ids)
        chain_ids.push_back(id.str());
    return {
        {"ID", definition.id},
        {"Created", to_rfc3339(definition.created)},
        {"Image", definition.image.str()},
        {"ChainIDs", chain_ids},
        {"Layers", definition.layers},
        {"Config", definition.config_document},
        {"HostConfig", definition.host_config_document},
    };
}

Definition parse_definition(const Json& document) {
    const JsonReader reader{document};
    const auto created = from_rfc3339(reader.at("Created").string());
    if (!created) reader.at("Created").reject("want a time");
    std::vector<image::Digest> chain_ids;
    for (const std::string& id : reader.strings_or_none("ChainIDs"))
        chain_ids.push_back(image::Digest::parse(id));
    const Json& config = reader.at("Config").json();
    const Json& host_config = reader.at("HostConfig").json();
    return {
        .id = reader.at("ID").string(),
        .created = *created,
        .image = image::Digest::parse(reader.at("Image").string()),
        .chain_ids = std::move(chain_ids),
        .layers = reader.strings_or_none("Layers"),
        .config_document = config,
        .host_config_document = host_config,
        .config = read_config(config),
        .host_config = read_host_config(host_config),
    };
}

}  // namespace minidock::containers
