#include "minidock/image/save.hpp"

#include <fcntl.h>

#include <algorithm>
#include <set>

#include "minidock/base/error.hpp"
#include "minidock/base/json.hpp"

namespace minidock::image {
namespace {

struct Wanted {
    Image image;
    std::vector<Reference> names;
};

/// Adds an image, or only a name where it is wanted already.
void add(std::vector<Wanted>& all, const Image& image, const std::optional<Reference>& name) {
    auto place = std::ranges::find_if(all, [&](const Wanted& w) { return w.image.id == image.id; });
    if (place == all.end()) {
        all.push_back({image, {}});
        place = all.end() - 1;
    }
    if (name && std::ranges::find(place->names, *name) == place->names.end())
        place->names.push_back(*name);
}

/// @return whether there is one
bool add_repository(std::vector<Wanted>& all, const Store& store, const Reference& repository) {
    bool found = false;
    for (const Image& image : store.list()) {
        for (const Reference& tag : image.tags) {
            if (tag.repository() != repository.repository()) continue;
            add(all, image, tag);
            found = true;
        }
    }
    return found;
}

void add_named(std::vector<Wanted>& all, const Store& store, const std::string& text) {
    if (!Digest::from_hex(text) && !Digest::try_parse(text)) {
        const Reference name = Reference::parse(text);
        const bool whole = !name.tag() && !name.digest();
        if (whole && add_repository(all, store, name)) return;
        const Image image = store.get(text);
        const bool is_tag = std::ranges::find(image.tags, name) != image.tags.end();
        return add(all, image, is_tag ? std::optional{name} : std::nullopt);
    }
    add(all, store.get(text), std::nullopt);
}

std::string path_of(const Digest& digest) {
    return "blobs/sha256/" + digest.hex();
}

/// index.json: an entry for each name, with the annotations by which containerd and skopeo know it.
Json index_of(const std::vector<Wanted>& images) {
    Json manifests = Json::array();
    for (const Wanted& wanted : images) {
        const Image& image = wanted.image;
        Json entry{{"mediaType", image.manifest.media_type},
                   {"digest", image.manifest_digest.str()},
                   {"size", image.manifest_size},
                   {"platform",
                    {{"os", image.config.platform.os},
                     {"architecture", image.config.platform.architecture}}}};
        if (wanted.names.empty()) manifests.push_back(entry);
        for (const Reference& name : wanted.names) {
            entry["annotations"] = {{"io.containerd.image.name", name.str()},
                                    {"org.opencontainers.image.ref.name", *name.tag()}};
            manifests.push_back(entry);
        }
    }
    return {{"schemaVersion", 2},
            {"mediaType", std::string{media_type::oci_index}},
            {"manifests", manifests}};
}

/// manifest.json, by which Docker knows it.
Json docker_manifest_of(const std::vector<Wanted>& images) {
    Json list = Json::array();
    for (const Wanted& wanted : images) {
        Json layers = Json::array();
        for (const Descriptor& layer : wanted.image.manifest.layers)
            layers.push_back(path_of(layer.digest));
        Json tags = nullptr;
        for (const Reference& name : wanted.names)
            tags.push_back(name.familiar());
        list.push_back(
            {{"Config", path_of(wanted.image.id)}, {"RepoTags", tags}, {"Layers", layers}});
    }
    return list;
}

/// All blobs of the images, each once; small ones first, so that a reader knows what it reads.
std::vector<Digest> blobs_of(const std::vector<Wanted>& images) {
    std::vector<Digest> blobs;
    std::set<Digest> known;
    const auto add_blob = [&](const Digest& digest) {
        if (known.insert(digest).second) blobs.push_back(digest);
    };
    for (const Wanted& wanted : images) {
        add_blob(wanted.image.manifest_digest);
        add_blob(wanted.image.id);
    }
    for (const Wanted& wanted : images) {
        for (const Descriptor& layer : wanted.image.manifest.layers)
            add_blob(layer.digest);
    }
    return blobs;
}

void write_blob(TarWriter& tar, const Store& store, const Digest& digest) {
    const Fd file = store.open_blob(digest);
    tar.begin({.path = path_of(digest), .permissions = 0644, .size = store.blob_size(digest)});
    FileSource source{file.get(), "blob " + digest.str()};
    for (std::string_view block = source.next(); !block.empty(); block = source.next())
        tar.write(block);
}

}  // namespace

void save(Store& store, const std::vector<std::string>& names, const ByteSink& sink) {
    std::vector<Wanted> images;
    for (const std::string& name : names)
        add_named(images, store, name);
    if (images.empty()) throw BadParameter("name at least one image to save");
    std::vector<Store::Hold> holds;
    for (const Wanted& wanted : images)
        holds.push_back(store.hold(wanted.image.id));

    // [save]
    TarWriter tar{sink};
    tar.add("oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
    tar.add("index.json", index_of(images).dump());
    tar.add("manifest.json", docker_manifest_of(images).dump());
    for (const Digest& digest : blobs_of(images))
        write_blob(tar, store, digest);
    tar.finish();
    // [/save]
}

}  // namespace minidock::image
