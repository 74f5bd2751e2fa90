#include "minidock/image/arrival.hpp"

#include <algorithm>

#include "minidock/base/error.hpp"
#include "minidock/base/fail_point.hpp"
#include "minidock/base/log.hpp"
#include "minidock/image/pins.hpp"

namespace minidock::image {

Store::Arrival::Arrival(Store& store, ArrivedImage image)
    : store_{store}, image_{std::move(image)}, staging_{store.blobs_.stage()} {
    check_layers(image_.manifest, image_.config,
                 "manifest " + digest_of(image_.manifest_text).str());
    layers_ = Layer::of(image_.manifest, image_.config);
    pins_ = std::make_unique<Pins>(store_);
    pins_->add(image_);
}

Store::Arrival::~Arrival() {
    pins_.reset();
    if (finished_) return;
    try {
        store_.collect_garbage();
    } catch (const std::exception& error) {
        log::error("what came of an image could not be removed again: {}", error.what());
    }
}

std::vector<Descriptor> Store::Arrival::layers() const {
    std::vector<Descriptor> layers;
    for (const Descriptor& layer : image_.manifest.layers) {
        if (std::ranges::find(layers, layer.digest, &Descriptor::digest) == layers.end())
            layers.push_back(layer);
    }
    return layers;
}

bool Store::Arrival::has_blob(const Descriptor& layer) const {
    return store_.blobs_.has(layer.digest);
}

bool Store::Arrival::is_complete(const Descriptor& layer) const {
    return has_blob(layer) && std::ranges::all_of(layers_, [&](const Layer& own) {
               return own.blob.digest != layer.digest || store_.layers_.has(own.chain_id);
           });
}

void Store::Arrival::add_blob(const Descriptor& layer, const StagedBlob& blob) {
    if (blob.digest != layer.digest) {
        throw BadParameter("layer " + layer.digest.str() + " is damaged: what came has " +
                           std::to_string(blob.size) + " bytes and the digest " +
                           blob.digest.str());
    }
    store_.blobs_.adopt(blob);
}

void Store::Arrival::unpack(const Descriptor& layer, const ProgressSink& progress) {
    for (const Layer& own : layers_) {
        if (own.blob.digest != layer.digest || store_.layers_.has(own.chain_id)) continue;
        store_.unpack_layer(store_.blobs_.open(layer.digest), own, [&](const LayerProgress& step) {
            if (progress) progress(step);
        });
    }
}

Digest Store::Arrival::finish() {
    store_.blobs_.put(image_.config_text);
    store_.blobs_.put(image_.manifest_text);
    fail_point("arrival.blobs-kept");
    Digest id = store_.enlist({image_}).front().id;
    fail_point("arrival.listed");
    finished_ = true;
    return id;
}

}  // namespace minidock::image
