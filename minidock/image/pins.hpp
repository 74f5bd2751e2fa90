// What protects and describes an image's content between its arrival and its listing. Inside the
// module: for arrivals.cpp and arrival.cpp.
#pragma once

#include <vector>

#include "minidock/image/store.hpp"

namespace minidock::image {

/// Keeps what is just coming in from being taken for garbage: it is on the disk before it is
/// listed.
class Store::Pins {
  public:
    explicit Pins(Store& store) : store_{store} {}
    Pins(const Pins&) = delete;
    Pins& operator=(const Pins&) = delete;
    ~Pins() {
        const std::lock_guard lock{store_.mutex_};
        for (const Digest& digest : pinned_) {
            if (--store_.pins_[digest] == 0) store_.pins_.erase(digest);
        }
    }

    void add(const Digest& digest) {
        const std::lock_guard lock{store_.mutex_};
        pinned_.push_back(digest);
        ++store_.pins_[digest];
    }

    void add(const ArrivedImage& image) {
        add(digest_of(image.manifest_text));
        add(image.manifest.config.digest);
        for (const Descriptor& layer : image.manifest.layers)
            add(layer.digest);
        for (const Digest& chain_id : image.config.chain_ids())
            add(chain_id);
    }

  private:
    Store& store_;
    std::vector<Digest> pinned_;
};

/// A layer that is to be unpacked, and what must come out.
struct Store::Layer {
    Descriptor blob;
    Digest diff_id;
    Digest chain_id;

    static std::vector<Layer> of(const Manifest& manifest, const ImageConfig& config) {
        std::vector<Layer> layers;
        const std::vector<Digest> chain_ids = config.chain_ids();
        for (std::size_t i = 0; i < chain_ids.size(); ++i) {
            layers.push_back({manifest.layers[i], config.diff_ids[i], chain_ids[i]});
        }
        return layers;
    }
};

}  // namespace minidock::image
