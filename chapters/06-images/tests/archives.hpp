// Archives of images, as docker save and skopeo write them, of layers that a test makes.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "chapters/06-images/tests/tar_builder.hpp"
#include "minidock/image/digest.hpp"

namespace minidock::test {

using nlohmann::json;

inline std::string image_config(const std::vector<std::string>& layers,
                                const std::string& cmd = "sh") {
    json config{{"architecture", "amd64"},
                {"os", "linux"},
                {"created", "2024-05-01T12:00:00Z"},
                {"config", {{"Cmd", {cmd}}}},
                {"rootfs", {{"type", "layers"}, {"diff_ids", json::array()}}},
                {"history", json::array()}};
    for (const std::string& layer : layers) {
        config["rootfs"]["diff_ids"].push_back(image::digest_of(layer).str());
        config["history"].push_back({{"created_by", "a test"}});
    }
    return config.dump();
}

inline std::string image_id(const std::vector<std::string>& layers, const std::string& cmd = "sh") {
    return image::digest_of(image_config(layers, cmd)).str();
}

/// What `docker save` wrote before version 25.
inline std::string docker_archive(const std::vector<std::string>& layers, const json& names,
                                  const std::string& cmd = "sh") {
    const std::string config = image_config(layers, cmd);
    const std::string config_name = image::digest_of(config).hex() + ".json";
    TarBuilder tar;
    json paths = json::array();
    for (const std::string& layer : layers) {
        const std::string folder = image::digest_of("id of " + layer).hex();
        tar.folder(folder + "/").file(folder + "/VERSION", "1.0");
        tar.file(folder + "/layer.tar", layer);
        paths.push_back(folder + "/layer.tar");
    }
    tar.file(config_name, config);
    tar.file(
        "manifest.json",
        json::array({{{"Config", config_name}, {"RepoTags", names}, {"Layers", paths}}}).dump());
    return tar.str();
}

/// An OCI layout in a tar, whose parts a test may falsify before it is written.
struct OciArchive {
    struct Blob {
        std::string name;  ///< 64 hexadecimal digits
        std::string content;
    };
    std::vector<Blob> blobs;
    json index;

    /// @param layers  as they are unpacked
    /// @param packed  as they are stored
    static OciArchive of(const std::vector<std::string>& layers,
                         const std::vector<std::string>& packed, const std::string& name) {
        OciArchive archive;
        json manifest{{"schemaVersion", 2},
                      {"config", archive.put(image_config(layers), "config.v1+json")},
                      {"layers", json::array()}};
        for (const std::string& layer : packed)
            manifest["layers"].push_back(archive.put(layer, "layer.v1.tar"));
        json entry = archive.put(manifest.dump(), "manifest.v1+json");
        entry["annotations"] = {{"org.opencontainers.image.ref.name", name}};
        archive.index = {{"schemaVersion", 2}, {"manifests", json::array({entry})}};
        return archive;
    }

    json put(const std::string& content, const std::string& type) {
        const image::Digest digest = image::digest_of(content);
        blobs.push_back({digest.hex(), content});
        return {{"mediaType", "application/vnd.oci.image." + type},
                {"digest", digest.str()},
                {"size", content.size()}};
    }

    [[nodiscard]] std::string str() const {
        TarBuilder tar;
        tar.file("oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
        for (const Blob& blob : blobs)
            tar.file("blobs/sha256/" + blob.name, blob.content);
        tar.file("index.json", index.dump());
        return tar.str();
    }
};

}  // namespace minidock::test
