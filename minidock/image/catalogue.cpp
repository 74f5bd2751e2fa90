#include "minidock/image/catalogue.hpp"

#include <algorithm>
#include <numeric>

#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"

namespace minidock::image {

std::uint64_t Image::size() const {
    return std::accumulate(layer_sizes.begin(), layer_sizes.end(), std::uint64_t{0});
}

namespace {

std::vector<std::string> familiar_names(const std::vector<Reference>& names) {
    std::vector<std::string> familiar;
    for (const Reference& name : names)
        familiar.push_back(name.familiar());
    return familiar;
}

}  // namespace

std::vector<std::string> Image::repo_tags() const {
    return familiar_names(tags);
}

std::vector<std::string> Image::repo_digests() const {
    return familiar_names(digests);
}

namespace {

std::string_view without_algorithm(std::string_view text) {
    if (text.starts_with(Digest::prefix)) text.remove_prefix(Digest::prefix.size());
    return text;
}

/// What an image that was not found is called in the complaint.
std::string display_name(std::string_view text) {
    if (Digest::try_parse(text) || Digest::from_hex(text)) return std::string{text};
    return Reference::parse(text).with_default_tag().familiar();
}

}  // namespace

void Catalogue::add(Image image) {
    image.tags.clear();
    const Digest id = image.id;
    images_.emplace(id, std::move(image));
}

void Catalogue::remove(const Digest& id) {
    std::erase_if(tags_, [&](const auto& entry) { return entry.second.image == id; });
    images_.erase(id);
}

void Catalogue::tag(const Digest& id, const Reference& name, Timestamp when) {
    tags_.insert_or_assign(name, Tag{id, when});
}

void Catalogue::untag(const Reference& name) {
    tags_.erase(name);
}

Image Catalogue::get(const Digest& id) const {
    const auto found = images_.find(id);
    if (found == images_.end()) throw NotFound("No such image: " + id.str());
    Image image = found->second;
    for (const auto& [name, tag] : tags_) {
        if (tag.image != id) continue;
        (name.digest() ? image.digests : image.tags).push_back(name);
        if (!image.last_tagged || *image.last_tagged < tag.when) image.last_tagged = tag.when;
    }
    return image;
}

std::optional<Digest> Catalogue::find(const Reference& name) const {
    const auto found = tags_.find(name);
    return found != tags_.end() ? std::optional{found->second.image} : std::nullopt;
}

std::optional<Digest> Catalogue::find_by_digest(const Reference& name) const {
    if (auto known = find(name)) return known;
    for (const auto& [tag_name, tag] : tags_) {
        const Image& image = images_.at(tag.image);
        if (tag_name.repository() == name.repository() && image.manifest_digest == name.digest()) {
            return image.id;
        }
    }
    return std::nullopt;
}

std::optional<Digest> Catalogue::find_by_prefix(std::string_view text) const {
    const std::string_view prefix = without_algorithm(text);
    if (!is_hex(prefix)) return std::nullopt;
    std::optional<Digest> found;
    for (const auto& [id, image] : images_) {
        if (!id.hex().starts_with(prefix)) continue;
        if (found) throw NotFound("more than one image ID starts with " + std::string{prefix});
        found = id;
    }
    return found;
}

Image Catalogue::get(std::string_view name_or_id) const {
    auto id = Digest::from_hex(without_algorithm(name_or_id));
    if (!id) {
        const Reference name = Reference::parse(name_or_id).with_default_tag();
        id = name.digest() ? find_by_digest(name.without_tag()) : find(name);
        if (!id) id = find_by_prefix(name_or_id);
    }
    if (!id || !has(*id)) throw NotFound("No such image: " + display_name(name_or_id));
    return get(*id);
}

bool Catalogue::is_id(std::string_view text, const Digest& id) const {
    const std::string_view prefix = without_algorithm(text);
    if (!is_hex(prefix) || !id.hex().starts_with(prefix)) return false;
    return Digest::from_hex(prefix) || !find(Reference::parse(text).with_default_tag());
}

Reference Catalogue::name_of(std::string_view text) const {
    const Reference name = Reference::parse(text).with_default_tag();
    if (!name.digest() || find(name.without_tag()))
        return name.digest() ? name.without_tag() : name;
    // A digest may stand in for any tag of its repository.
    return get(text).tags.front();
}

std::vector<Image> Catalogue::list() const {
    std::vector<Image> list;
    for (const auto& [id, image] : images_)
        list.push_back(get(id));
    std::ranges::stable_sort(list, [](const Image& one, const Image& other) {
        return one.config.created > other.config.created;
    });
    return list;
}

Index Catalogue::to_index() const {
    Index index;
    for (const auto& [id, image] : images_) {
        const Descriptor descriptor{.media_type = image.manifest.media_type,
                                    .digest = image.manifest_digest,
                                    .size = image.manifest_size,
                                    .annotations = {},
                                    .platform = image.config.platform};
        const std::size_t before = index.manifests.size();
        for (const auto& [name, tag] : tags_) {
            if (tag.image != id) continue;
            index.manifests.push_back(descriptor);
            index.manifests.back().annotations = {{annotation::name, name.str()},
                                                  {annotation::tagged, to_rfc3339(tag.when)}};
        }
        if (index.manifests.size() == before) index.manifests.push_back(descriptor);
    }
    return index;
}

}  // namespace minidock::image
