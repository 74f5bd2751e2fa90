#include "minidock/image/commit.hpp"

#include <fcntl.h>

#include "minidock/base/fail_point.hpp"
#include "minidock/base/json.hpp"
#include "minidock/base/timestamp.hpp"
#include "minidock/image/arrival.hpp"

namespace minidock::image {
namespace {

/// Docker's media types as OCI's: a new manifest is of one family.
std::string oci_layer_type(const std::string& type) {
    if (type.ends_with("tar.gzip") || type.ends_with("+gzip"))
        return media_type::layer(Compression::gzip);
    if (type.starts_with("application/vnd.docker.")) return media_type::layer(Compression::none);
    return type;
}

struct NewLayer {
    StagedBlob blob;
    bool empty;
};

NewLayer pack_staged(Staging& staging, const LayerPacker& pack) {
    BlobWriter writer = staging.begin();
    TarWriter tar{[&](std::string_view bytes) { writer.write(bytes); }};
    const bool empty = pack(tar) == 0;
    tar.finish();
    return {writer.finish(), empty};
}

std::string new_config(const std::string& parent, const CommitOptions& options,
                       const NewLayer& layer) {
    const std::string created = to_rfc3339(now());
    Json config = parse_json(parent, "the parent's config");
    for (const char* of_the_parent :
         {"container", "container_config", "docker_version", "id", "parent"})
        config.erase(of_the_parent);
    config["created"] = created;
    config["author"] = options.author;
    if (!options.config.empty()) config["config"] = parse_json(options.config, "the config");
    Json step{{"created", created}, {"created_by", options.created_by}};
    if (!options.author.empty()) step["author"] = options.author;
    if (!options.comment.empty()) step["comment"] = options.comment;
    if (layer.empty)
        step["empty_layer"] = true;
    else
        config["rootfs"]["diff_ids"].push_back(layer.blob.digest.str());
    config["history"].push_back(std::move(step));
    return config.dump();
}

}  // namespace

Digest commit(Store& store, const CommitOptions& options, const LayerPacker& pack) {
    const Store::Hold hold = store.hold(options.parent);
    const Image parent = store.get(options.parent.str());
    Staging staging = store.stage();
    const NewLayer layer = pack_staged(staging, pack);
    fail_point("commit.layer-packed");

    std::string config_text = new_config(store.config_text(parent), options, layer);
    ImageConfig config = parse_config(config_text, "the new image's config");
    Manifest manifest{.media_type = std::string{media_type::oci_manifest},
                      .config = {.media_type = std::string{media_type::oci_config},
                                 .digest = digest_of(config_text),
                                 .size = config_text.size()},
                      .layers = parent.manifest.layers};
    for (Descriptor& old : manifest.layers)
        old.media_type = oci_layer_type(old.media_type);
    // The layer is kept as it is, since it is on this machine that it will be used; its digest as
    // a blob is then also its diff ID.
    if (!layer.empty) {
        manifest.layers.push_back({.media_type = media_type::layer(Compression::none),
                                   .digest = layer.blob.digest,
                                   .size = layer.blob.size});
    }
    std::vector<Reference> names;
    if (options.name) names.push_back(options.name->with_default_tag());
    std::string manifest_text = to_json(manifest);
    Store::Arrival arrival{store,
                           {std::move(manifest_text), manifest, std::move(config_text),
                            std::move(config), std::move(names)}};
    if (!layer.empty) {
        arrival.add_blob(manifest.layers.back(), layer.blob);
        fail_point("commit.layer-kept");
        arrival.unpack(manifest.layers.back(), {});
    }
    return arrival.finish();
}

}  // namespace minidock::image
