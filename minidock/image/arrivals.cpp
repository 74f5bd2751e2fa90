// How images come into the Store: load and import.
#include <fcntl.h>

#include <algorithm>
#include <set>

#include "minidock/base/error.hpp"
#include "minidock/base/log.hpp"
#include "minidock/image/parallel.hpp"
#include "minidock/image/pins.hpp"
#include "minidock/image/store.hpp"

namespace minidock::image {

std::vector<LoadedImage> Store::load(Source& source, const ProgressSink& progress) {
    try {
        // [load]
        const ReceivedArchive archive{source, blobs_};
        const std::vector<ArrivedImage> images = archive.images();

        Pins pins{*this};
        for (const ArrivedImage& image : images)
            pins.add(image);
        unpack_missing(archive, images, progress);
        for (const ArrivedImage& image : images)
            keep_blobs(archive, image);
        return enlist(images);
        // [/load]
    } catch (...) {
        collect_garbage();
        throw;
    }
}

void Store::unpack_missing(const ReceivedArchive& archive, const std::vector<ArrivedImage>& images,
                           const ProgressSink& progress) {
    std::map<Digest, Layer> missing;
    for (const ArrivedImage& image : images) {
        for (Layer& layer : Layer::of(image.manifest, image.config)) {
            if (!layers_.has(layer.chain_id)) missing.emplace(layer.chain_id, std::move(layer));
        }
    }
    std::vector<const Layer*> order;
    for (const auto& [chain_id, layer] : missing)
        order.push_back(&layer);
    // The largest first, so that no processor is left with it at the end.
    std::ranges::sort(order, std::greater{}, [](const Layer* layer) { return layer->blob.size; });

    std::mutex progress_mutex;
    const ProgressSink one_at_a_time = [&](const LayerProgress& step) {
        const std::lock_guard lock{progress_mutex};
        if (progress) progress(step);
    };
    std::vector<std::function<void()>> jobs;
    for (const Layer* layer : order) {
        jobs.emplace_back([this, layer, &archive, &one_at_a_time] {
            const StagedBlob* staged = archive.staged(layer->blob.digest);
            const Fd blob = staged != nullptr ? open_file(staged->path, O_RDONLY)
                                              : blobs_.open(layer->blob.digest);
            unpack_layer(blob, *layer, one_at_a_time);
        });
    }
    run_in_parallel(jobs);
}

void Store::unpack_layer(const Fd& blob, const Layer& layer, const ProgressSink& progress) {
    const std::string what = "layer " + layer.blob.digest.str();
    FileSource file{blob.get(), what};
    CountingSource counting{file, [&](std::uint64_t done) {
                                progress({layer.diff_id, done, layer.blob.size});
                            }};
    const Compression compression = compression_of(blob, what);
    // What is not compressed has been hashed already, as a blob.
    std::optional<Digest> known;
    if (compression == Compression::none) known = layer.blob.digest;

    UnpackedLayer unpacked = layers_.begin(what);
    unpacked.unpack(counting, compression, known, limits_);
    if (unpacked.diff_id() != layer.diff_id) {
        throw BadParameter(what + " unpacks to " + unpacked.diff_id().str() +
                           ", but the image's config says " + layer.diff_id.str());
    }
    unpacked.place(layer.chain_id);
}

void Store::unpack_again(const Image& image) {
    for (const Layer& layer : Layer::of(image.manifest, image.config)) {
        if (layers_.has(layer.chain_id)) continue;
        log::warning("layer {} is missing; unpacking it again", layer.chain_id.str());
        unpack_layer(blobs_.open(layer.blob.digest), layer, [](const LayerProgress&) {});
    }
}

void Store::keep_blobs(const ReceivedArchive& archive, const ArrivedImage& image) {
    for (const Descriptor& layer : image.manifest.layers) {
        if (const StagedBlob* blob = archive.staged(layer.digest)) blobs_.adopt(*blob);
    }
    blobs_.put(image.config_text);
    blobs_.put(image.manifest_text);
}

std::vector<LoadedImage> Store::enlist(const std::vector<ArrivedImage>& images) {
    std::vector<LoadedImage> loaded;
    const std::lock_guard lock{mutex_};
    Catalogue changed = catalogue_;
    for (const ArrivedImage& arrived : images) {
        Image image = image_of(arrived.manifest, digest_of(arrived.manifest_text),
                               arrived.manifest_text.size(), arrived.config);
        const Digest id = image.id;
        changed.add(with_layer_sizes(std::move(image)));
        for (const Reference& name : arrived.names)
            changed.tag(id, name, now());
        loaded.push_back({id, arrived.names});
    }
    commit(std::move(changed));
    return loaded;
}

Digest Store::import(Source& source, const ImportOptions& options) {
    try {
        Staging staging = blobs_.stage();
        const StagedBlob blob = staging.receive(source);
        Pins pins{*this};
        pins.add(blob.digest);

        const std::string what = "the archive";
        const Fd file = open_file(blob.path, O_RDONLY);
        FileSource bytes{file.get(), what};
        std::optional<Digest> known;
        if (blob.compression == Compression::none) known = blob.digest;
        UnpackedLayer layer = layers_.begin(what);
        layer.unpack(bytes, blob.compression, known, limits_);

        const ArrivedImage image = image_of_import(blob, layer.diff_id(), options);
        pins.add(image);
        layer.place(layer.diff_id());  // of the lowest layer the chain ID is the diff ID
        blobs_.adopt(blob);
        blobs_.put(image.config_text);
        blobs_.put(image.manifest_text);
        return enlist({image}).front().id;
    } catch (...) {
        collect_garbage();
        throw;
    }
}

ArrivedImage Store::image_of_import(const StagedBlob& blob, const Digest& diff_id,
                                    const ImportOptions& options) {
    const Timestamp created = now();
    const std::string comment = options.message.empty() ? "Imported from -" : options.message;
    ImageConfig config{.created = created,
                       .author = {},
                       .platform = options.platform,
                       .config = options.config,
                       .diff_ids = {diff_id},
                       .history = {{.created = created, .comment = comment}}};
    std::string config_text = to_json(config);
    Manifest manifest{.media_type = std::string{media_type::oci_manifest},
                      .config = {.media_type = std::string{media_type::oci_config},
                                 .digest = digest_of(config_text),
                                 .size = config_text.size()},
                      .layers = {{.media_type = media_type::layer(blob.compression),
                                  .digest = blob.digest,
                                  .size = blob.size}}};
    std::vector<Reference> names;
    if (options.name) names.push_back(options.name->with_default_tag());
    std::string manifest_text = to_json(manifest);
    return {std::move(manifest_text), std::move(manifest), std::move(config_text),
            std::move(config), std::move(names)};
}

}  // namespace minidock::image
