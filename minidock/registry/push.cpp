#include "minidock/registry/push.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "minidock/base/fd.hpp"
#include "minidock/image/parallel.hpp"
#include "minidock/registry/reports.hpp"
#include "minidock/registry/repository.hpp"

namespace minidock::registry {
namespace {

struct Layer {
    image::Descriptor blob;
    std::string id;  ///< as people are shown it: that of its diff ID
};

/// The layers as they are stored, each once.
std::vector<Layer> layers_of(const image::Image& image) {
    std::vector<Layer> layers;
    for (std::size_t i = 0; i < image.manifest.layers.size(); ++i) {
        const image::Descriptor& blob = image.manifest.layers[i];
        const bool known = std::ranges::any_of(
            layers, [&](const Layer& layer) { return layer.blob.digest == blob.digest; });
        if (!known) layers.push_back({blob, image.config.diff_ids[i].short_hex()});
    }
    return layers;
}

bool contains(const image::Image& image, const image::Digest& blob) {
    return std::ranges::any_of(image.manifest.layers, [&](const image::Descriptor& layer) {
        return layer.digest == blob;
    });
}

/// Other repositories of the registry that have the blob, as far as we know: we know those that an
/// image with it was pulled from or pushed to.
std::vector<std::string> other_repositories(const image::Store& store, const image::Reference& name,
                                            const image::Digest& blob) {
    std::vector<std::string> paths;
    for (const image::Image& image : store.list()) {
        if (!contains(image, blob)) continue;
        for (const image::Reference& other : image.digests) {
            if (other.domain() == name.domain() && other.path() != name.path())
                paths.push_back(other.path());
        }
    }
    return paths;
}

void push_layer(Repository& repository, const image::Store& store, const image::Reference& name,
                const Layer& layer, Reports& reports) {
    if (repository.has(layer.blob.digest)) {
        return reports.tell(layer.id, "Layer already exists");
    }
    const Fd file = store.open_blob(layer.blob.digest);
    const auto mounted = repository.upload(
        layer.blob, file.get(), other_repositories(store, name, layer.blob.digest),
        [&](std::uint64_t sent) { reports.progress(layer.id, "Pushing", sent, layer.blob.size); });
    reports.tell(layer.id, mounted ? "Mounted from " + *mounted : "Pushed");
}

Pushed push_image(Repository& repository, image::Store& store, const Settings& settings,
                  const image::Reference& name, Reports& reports) {
    // [push]
    const image::Image image = store.get(name.str());
    const auto hold = store.hold(image.id);
    reports.tell("", fmt::format("The push refers to repository [{}]", name.repository()));

    std::vector<std::function<void()>> jobs;
    for (const Layer& layer : layers_of(image)) {
        reports.tell(layer.id, "Preparing");
        jobs.emplace_back([&, layer] { push_layer(repository, store, name, layer, reports); });
    }
    image::run_in_parallel(jobs, settings.uploads);

    // What names others comes after them: config, then manifest. So nobody finds half an image.
    const image::Descriptor& config = image.manifest.config;
    if (!repository.has(config.digest)) {
        const Fd file = store.open_blob(config.digest);
        repository.upload(config, file.get(), {}, [](std::uint64_t) {});
    }
    repository.put_manifest(name.tag().value(), image.manifest.media_type,
                            store.manifest_text(image));
    store.tag(image.id.str(), name.with_digest(image.manifest_digest));
    return {image.manifest_digest, image.manifest_size};
    // [/push]
}

}  // namespace

Pushed push(image::Store& store, const Settings& settings, const image::Reference& name,
            const Credentials& credentials, const StepSink& report) {
    (void)store.get(name.str());  // what is not here is said before anybody is asked
    Reports reports{report};
    Session session{endpoint_of(name.domain(), settings), credentials, settings};
    persist(settings, [&] { session.open(); });
    Repository repository{session, name.path(), Repository::Access::push};
    return push_image(repository, store, settings, name, reports);
}

}  // namespace minidock::registry
