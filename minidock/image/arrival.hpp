// An image that comes into the Store piece by piece, as from a registry: first its documents, then
// its layers, from several threads. What has come is kept from being taken for garbage; if the
// image is never finished, it is garbage when the arrival ends.
#pragma once

#include <memory>
#include <vector>

#include "minidock/image/archive.hpp"
#include "minidock/image/store.hpp"

namespace minidock::image {

class Store::Arrival {
  public:
    /// @throws BadParameter when the manifest and the config name different layers
    Arrival(Store& store, ArrivedImage image);
    ~Arrival();
    Arrival(const Arrival&) = delete;
    Arrival& operator=(const Arrival&) = delete;

    /// The layers as they are stored, each once, lowest first.
    [[nodiscard]] std::vector<Descriptor> layers() const;
    /// Whether the store has the blob of the layer.
    [[nodiscard]] bool has_blob(const Descriptor& layer) const;
    /// Whether it also has been unpacked, wherever the image has it.
    [[nodiscard]] bool is_complete(const Descriptor& layer) const;

    /// Room for a layer that is to be fetched. Any thread.
    [[nodiscard]] BlobWriter begin_blob() { return staging_.begin(); }
    /// Takes what came into the store. Any thread.
    /// @throws BadParameter when it is not what the manifest promises
    void add_blob(const Descriptor& layer, const StagedBlob& blob);
    /// Unpacks a layer whose blob the store has. Any thread.
    void unpack(const Descriptor& layer, const ProgressSink& progress);

    /// Lists the image under its names: it is whole.
    Digest finish();

  private:
    Store& store_;
    ArrivedImage image_;
    std::vector<Layer> layers_;
    std::unique_ptr<Pins> pins_;
    Staging staging_;
    bool finished_ = false;
};

}  // namespace minidock::image
