#include "minidock/image/store.hpp"

#include <algorithm>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/log.hpp"

namespace minidock::image {

Store::Store(const std::string& root, const UnpackLimits& limits)
    : blobs_{root + "/images"}, layers_{root + "/layers"}, limits_{limits} {
    if (const unsigned count = layers_.clean_up(); count > 0) {
        log::warning("removed {} half-unpacked or half-removed layer(s)", count);
    }
    if (const unsigned count = blobs_.clean_up(); count > 0) {
        log::warning("removed {} archive(s) that had not arrived as a whole", count);
    }
    read_index();
}

void Store::read_index() {
    const Index index = parse_index(read_file(blobs_.index_path()), blobs_.index_path());
    for (const Descriptor& entry : index.manifests) {
        try {
            const Manifest manifest =
                parse_manifest(blobs_.read(entry.digest), "manifest " + entry.digest.str());
            const Digest& id = manifest.config.digest;
            if (!catalogue_.has(id)) {
                ImageConfig config = parse_config(blobs_.read(id), "image config " + id.str());
                Image image = image_of(manifest, entry.digest, entry.size, std::move(config));
                unpack_again(image);
                catalogue_.add(with_layer_sizes(std::move(image)));
            }
            const auto name = entry.annotations.find(annotation::name);
            if (name == entry.annotations.end()) continue;
            const auto when = entry.annotations.find(annotation::tagged);
            catalogue_.tag(id, Reference::parse(name->second),
                           from_rfc3339(when == entry.annotations.end() ? "" : when->second)
                               .value_or(Timestamp{}));
        } catch (const std::exception& error) {
            log::error("an image of index.json cannot be used and is left out: {}", error.what());
        }
    }
}

Image Store::with_layer_sizes(Image image) const {
    image.layer_sizes.clear();
    for (const Digest& chain_id : image.chain_ids) {
        image.layer_sizes.push_back(layers_.size(chain_id));
    }
    return image;
}

Image Store::image_of(const Manifest& manifest, const Digest& digest, std::uint64_t size,
                      ImageConfig config) const {
    std::vector<Digest> chain_ids = config.chain_ids();
    if (chain_ids.size() != manifest.layers.size()) {
        throw BadParameter("manifest " + digest.str() + " and its config name different layers");
    }
    return {.id = manifest.config.digest,
            .manifest_digest = digest,
            .manifest_size = size,
            .manifest = manifest,
            .config = std::move(config),
            .chain_ids = std::move(chain_ids),
            .layer_sizes = {}};
}

Image Store::get(std::string_view name_or_id) const {
    const std::lock_guard lock{mutex_};
    return catalogue_.get(name_or_id);
}

std::vector<Image> Store::list() const {
    const std::lock_guard lock{mutex_};
    return catalogue_.list();
}

std::string Store::config_text(const Image& image) const {
    return blobs_.read(image.id);
}

std::string Store::manifest_text(const Image& image) const {
    return blobs_.read(image.manifest_digest);
}

std::vector<std::string> Store::layer_folders(const Image& image) const {
    std::vector<std::string> folders;
    for (const Digest& chain_id : image.chain_ids)
        folders.push_back(layers_.folder(chain_id));
    return folders;
}

void Store::tag(std::string_view name_or_id, const Reference& name) {
    const std::lock_guard lock{mutex_};
    const Digest id = catalogue_.get(name_or_id).id;
    Catalogue changed = catalogue_;
    changed.tag(id, name, now());
    commit(std::move(changed));
}

void Store::commit(Catalogue changed) {
    write_atomically(blobs_.index_path(), to_json(changed.to_index()), Durability::power_loss);
    catalogue_ = std::move(changed);
}

void Store::set_users(std::function<std::vector<ImageUser>()> users) {
    const std::lock_guard lock{mutex_};
    users_ = std::move(users);
}

std::vector<ImageUser> Store::users() const {
    std::unique_lock lock{mutex_};
    const auto ask = users_;
    lock.unlock();  // whoever answers takes locks of its own
    return ask ? ask() : std::vector<ImageUser>{};
}

Store::Hold Store::hold(const Digest& id) {
    const std::lock_guard lock{mutex_};
    if (!catalogue_.has(id)) throw NotFound("No such image: " + id.str());
    ++holds_[id];
    return Hold{this, id};
}

void Store::release(const Digest& held) {
    const std::lock_guard lock{mutex_};
    if (--holds_[held] == 0) holds_.erase(held);
    ++releases_;
}

Store::Hold::~Hold() {
    if (store_ != nullptr) store_->release(id_);
}

}  // namespace minidock::image
