#include "minidock/registry/pull.hpp"

#include <fmt/format.h>

#include <chrono>
#include <mutex>

#include "minidock/base/error.hpp"
#include "minidock/base/fail_point.hpp"
#include "minidock/base/log.hpp"
#include "minidock/image/arrival.hpp"
#include "minidock/image/parallel.hpp"
#include "minidock/registry/reports.hpp"
#include "minidock/registry/repository.hpp"

namespace minidock::registry {
namespace {

constexpr unsigned deepest_index = 4;

image::Descriptor descriptor_of(const Document& document) {
    return {
        .media_type = document.media_type, .digest = document.digest, .size = document.text.size()};
}

/// From what a name stands for to the manifest of one platform.
Document choose_manifest(Repository& repository, Document document,
                         const image::Platform& platform) {
    for (unsigned depth = 0; descriptor_of(document).is_index(); ++depth) {
        const std::string what = "index " + document.digest.str();
        if (depth == deepest_index) throw BadParameter(what + " is nested too deeply");
        const image::Index index = image::parse_index(document.text, what);
        document = repository.manifest(choose_platform(index, platform, what).digest.str());
    }
    if (!descriptor_of(document).is_manifest())
        throw BadParameter("this is no image but " + document.media_type);
    return document;
}

image::ArrivedImage read_image(Repository& repository, const Document& document) {
    const std::string what = "manifest " + document.digest.str();
    image::Manifest manifest = image::parse_manifest(document.text, what);
    manifest.media_type = document.media_type;
    if (manifest.config.media_type.find("image") == std::string::npos)
        throw BadParameter(what + " is of no image but of " + manifest.config.media_type);
    std::string config_text = repository.document(manifest.config);
    image::ImageConfig config =
        image::parse_config(config_text, "image config " + manifest.config.digest.str());
    return {document.text, std::move(manifest), std::move(config_text), std::move(config), {}};
}

/// A single image has no index to choose from, and may be for another machine.
void check_platform(const image::Platform& own, const image::Platform& wanted,
                    const image::Reference& name) {
    if (own.os == wanted.os && own.architecture == wanted.architecture) return;
    throw NotFound(
        fmt::format("image with reference {} was found but its platform ({}) does not "
                    "match the specified platform ({})",
                    name.familiar(), own.str(), wanted.str()));
}

void fetch_layer(Repository& repository, image::Store::Arrival& arrival,
                 const image::Descriptor& layer, Reports& reports) {
    const std::string id = layer.digest.short_hex();
    if (!arrival.has_blob(layer)) {
        image::BlobWriter writer = arrival.begin_blob();
        repository.fetch(layer, writer, [&](std::uint64_t done) {
            reports.progress(id, "Downloading", done, layer.size);
        });
        reports.tell(id, "Verifying Checksum");
        fail_point("pull.layer-fetched");
        arrival.add_blob(layer, writer.finish());
        fail_point("pull.layer-kept");
        reports.tell(id, "Download complete");
    }
    arrival.unpack(layer, [&](const image::LayerProgress& step) {
        reports.progress(id, "Extracting", step.done, step.total);
    });
    fail_point("pull.layer-unpacked");
    reports.tell(id, "Pull complete");
}

image::Digest fetch_image(image::Store& store, Repository& repository, image::ArrivedImage image,
                          const Settings& settings, Reports& reports) {
    image::Store::Arrival arrival{store, std::move(image)};
    std::vector<std::function<void()>> jobs;
    for (const image::Descriptor& layer : arrival.layers()) {
        const bool complete = arrival.is_complete(layer);
        reports.tell(layer.digest.short_hex(), complete ? "Already exists" : "Pulling fs layer");
        if (complete) continue;
        jobs.emplace_back([&, layer] { fetch_layer(repository, arrival, layer, reports); });
    }
    image::run_in_parallel(jobs, settings.downloads);
    return arrival.finish();
}

std::optional<image::Digest> id_of(const image::Store& store, const std::string& name) {
    try {
        return store.get(name).id;
    } catch (const NotFound&) {
        return std::nullopt;
    }
}

Pulled pull_from(Repository& repository, image::Store& store, const Settings& settings,
                 const image::Reference& name, const PullOptions& options, Reports& reports) {
    // [pull]
    const std::string reference = name.digest() ? name.digest()->str() : name.tag().value();
    const Document top = repository.manifest(reference);
    reports.tell(reference, "Pulling from " + name.path());
    const image::Platform wanted = options.platform.value_or(image::Platform::host());
    image::ArrivedImage image = read_image(repository, choose_manifest(repository, top, wanted));
    if (options.platform) check_platform(image.config.platform, wanted, name);

    std::vector<image::Reference> names{name.with_digest(top.digest)};
    if (!name.digest()) names.push_back(name);
    const std::optional<image::Digest> before = id_of(store, name.str());
    const image::Digest id = image.manifest.config.digest;
    if (id_of(store, id.str())) {
        for (const image::Reference& each : names)
            store.tag(id.str(), each);
    } else {
        image.names = names;
        fetch_image(store, repository, std::move(image), settings, reports);
    }
    return {id, top.digest, before != id};
    // [/pull]
}

}  // namespace

Pulled pull(image::Store& store, const Settings& settings, const image::Reference& name,
            const PullOptions& options, const StepSink& report) {
    Reports reports{report};
    const std::vector<Endpoint> endpoints = endpoints_to_pull(name.domain(), settings);
    for (const Endpoint& endpoint : endpoints) {
        try {
            // A mirror is another host: it is not told who we are to the registry itself.
            Session session{endpoint, endpoint.mirror ? Credentials{} : options.credentials,
                            settings};
            persist(settings, [&] { session.open(); });
            Repository repository{session, name.path(), Repository::Access::pull};
            return pull_from(repository, store, settings, name, options, reports);
        } catch (const Refused& refusal) {
            if (!endpoint.mirror) throw_for_people(refusal, name);
            log::warning("mirror {}: {}", endpoint.url, refusal.what());
        } catch (const RequestError& error) {
            if (!endpoint.mirror) throw;
            log::warning("mirror {}: {}", endpoint.url, error.what());
        }
    }
    throw std::logic_error{"a domain has at least one endpoint"};
}

std::vector<std::string> list_tags(const Settings& settings, const image::Reference& repository,
                                   const Credentials& credentials) {
    Session session{endpoint_of(repository.domain(), settings), credentials, settings};
    try {
        persist(settings, [&] { session.open(); });
        return Repository{session, repository.path(), Repository::Access::pull}.tags();
    } catch (const Refused& refusal) {
        throw_for_people(refusal, repository);
    }
}

}  // namespace minidock::registry
