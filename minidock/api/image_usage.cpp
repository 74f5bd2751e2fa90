// What images cost, and how to get rid of those that nobody needs: their part of GET /system/df,
// and POST /images/prune.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "minidock/api/image_description.hpp"
#include "minidock/api/image_filters.hpp"
#include "minidock/api/images.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/log.hpp"

namespace minidock::api {
namespace {

using nlohmann::json;

/// The bytes in all layers that images have, each counted once.
std::uint64_t size_of_layers(const std::vector<image::Image>& images) {
    std::set<image::Digest> counted;
    std::uint64_t size = 0;
    for (const image::Image& image : images) {
        for (std::size_t i = 0; i < image.chain_ids.size(); ++i) {
            if (counted.insert(image.chain_ids[i]).second) size += image.layer_sizes[i];
        }
    }
    return size;
}

bool is_used(const image::Image& image, const std::vector<image::ImageUser>& users) {
    return std::ranges::any_of(
        users, [&](const image::ImageUser& user) { return user.image_id == image.id; });
}

/// Removes an image with all its names, as far as nothing stands against it by now.
void remove_all_names(image::Store& store, const image::Image& image, json& deleted) {
    std::vector<std::string> steps;
    for (const image::Reference& tag : image.tags)
        steps.push_back(tag.str());
    if (steps.size() < 2) steps = {image.id.str()};
    for (const std::string& name : steps) {
        for (const image::Removal& step : store.remove(name, false)) {
            const bool untagged = step.kind == image::Removal::Kind::untagged;
            deleted.push_back({{untagged ? "Untagged" : "Deleted", step.what}});
        }
    }
}

/// How many images have each layer.
std::map<image::Digest, unsigned> count_uses(const std::vector<image::Image>& images) {
    std::map<image::Digest, unsigned> uses;
    for (const image::Image& image : images) {
        for (const image::Digest& chain_id : image.chain_ids)
            ++uses[chain_id];
    }
    return uses;
}

/// The bytes of an image's layers that other images have too.
std::uint64_t shared_size(const image::Image& image,
                          const std::map<image::Digest, unsigned>& uses) {
    std::uint64_t size = 0;
    for (std::size_t i = 0; i < image.chain_ids.size(); ++i) {
        if (uses.at(image.chain_ids[i]) > 1) size += image.layer_sizes[i];
    }
    return size;
}

}  // namespace

void Images::describe_usage(json& usage) const {
    const std::vector<image::Image> images = store_.list();
    const std::vector<image::ImageUser> users = store_.users();
    const auto uses = count_uses(images);
    for (const image::Image& image : images) {
        json summary = describe_summary(image);
        summary["SharedSize"] = shared_size(image, uses);
        summary["Containers"] = std::ranges::count(users, image.id, &image::ImageUser::image_id);
        usage["Images"].push_back(std::move(summary));
    }
    usage["LayersSize"] = size_of_layers(images);
}

void Images::prune(http::Exchange& exchange) {
    // Without a filter it is the dangling ones that are meant; dangling=false means all unused.
    const http::Filters given = exchange.query().filters();
    given.allow_only({"dangling", "until", "label"});
    const ImageFilter filter = ImageFilter::to_prune(given, store_);
    const std::uint64_t before = size_of_layers(store_.list());
    const std::vector<image::ImageUser> users = store_.users();
    json deleted = json::array();
    for (image::Image& image : store_.list()) {
        if (!filter.apply(image) || is_used(image, users)) continue;
        try {
            remove_all_names(store_, image, deleted);
            tell("delete", image.id.str(), image.id.str());
        } catch (const Conflict& conflict) {
            log::info("prune leaves {}: {}", image.id.str(), conflict.what());
        }
    }
    const std::uint64_t after = size_of_layers(store_.list());
    events_.publish(
        {.type = "image",
         .action = "prune",
         .id = "",
         .attributes = {{"reclaimed", std::to_string(before > after ? before - after : 0)}}});
    exchange.send(http::Response::json({{"ImagesDeleted", deleted.empty() ? json{} : deleted},
                                        {"SpaceReclaimed", before > after ? before - after : 0}}));
}

}  // namespace minidock::api
