#include "minidock/image/archive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/image/entry_path.hpp"

namespace minidock::image {
namespace {

constexpr std::string_view blob_folder = "blobs/sha256/";
/// Archives with more files are no images; the names are kept in memory.
constexpr std::size_t most_files = 100'000;
constexpr unsigned most_links_in_a_row = 8;
constexpr unsigned deepest_index = 4;

/// The digest that the name of a blob in a layout promises.
std::optional<Digest> promised_digest(const std::string& path) {
    if (!path.starts_with(blob_folder)) return std::nullopt;
    return Digest::from_hex(std::string_view{path}.substr(blob_folder.size()));
}

/// Where a link in the archive leads, as a path in the archive.
std::string link_destination(const EntryPath& link, const TarEntry& entry) {
    std::filesystem::path target = entry.link_target;
    if (entry.type == TarEntry::Type::symbolic_link)
        target = std::filesystem::path{link.parent()} / target;
    return target.lexically_normal().string();
}

std::vector<Reference> names_of(const Descriptor& descriptor) {
    // containerd and Docker give the whole name in an annotation of their own; elsewhere the
    // standard one may be a whole name or only a tag.
    for (const char* key : {"io.containerd.image.name", "org.opencontainers.image.ref.name"}) {
        const auto found = descriptor.annotations.find(key);
        if (found == descriptor.annotations.end() || found->second.empty()) continue;
        return {Reference::parse(found->second).with_default_tag()};
    }
    return {};
}

/// Build tools put statements about an image beside it in an index, under this platform.
bool is_attestation(const Descriptor& descriptor) {
    return descriptor.platform && descriptor.platform->os == "unknown";
}

void add_names(std::vector<Reference>& names, const std::vector<Reference>& more) {
    for (const Reference& name : more) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
}

}  // namespace

void check_layers(const Manifest& manifest, const ImageConfig& config, const std::string& what) {
    if (manifest.layers.size() != config.diff_ids.size()) {
        throw BadParameter(fmt::format("{}: there are {} layers, but the config has {}", what,
                                       manifest.layers.size(), config.diff_ids.size()));
    }
}

ReceivedArchive::ReceivedArchive(Source& source, const BlobStore& store)
    : store_{store}, staging_{store.stage()} {
    TarReader reader{source, "the archive", TarReader::Compressed::perhaps};
    while (const TarEntry* entry = reader.next())
        receive(reader, *entry);
}

void ReceivedArchive::receive(TarReader& reader, const TarEntry& entry) {
    using Type = TarEntry::Type;
    const EntryPath path = EntryPath::parse(entry.path);
    if (files_.size() + links_.size() >= most_files) {
        throw BadParameter("the archive has more than 100000 files");
    }
    if (entry.type == Type::symbolic_link || entry.type == Type::hard_link) {
        links_[path.str()] = link_destination(path, entry);
    }
    if (entry.type != Type::file) return;

    const auto promised = promised_digest(path.str());
    if (promised && store_.has(*promised)) {
        files_.insert_or_assign(path.str(), *promised);
        return;
    }
    StagedBlob blob = staging_.receive(reader);
    if (promised && blob.digest != *promised) {
        throw BadParameter("blob " + promised->str() + " is damaged: its content has the digest " +
                           blob.digest.str());
    }
    files_.insert_or_assign(path.str(), blob.digest);
    staged_.insert_or_assign(blob.digest, std::move(blob));
}

const Digest* ReceivedArchive::find(std::string path) const {
    for (unsigned links = 0; links < most_links_in_a_row; ++links) {
        if (const auto file = files_.find(path); file != files_.end()) return &file->second;
        const auto link = links_.find(path);
        if (link == links_.end()) return nullptr;
        path = link->second;
    }
    return nullptr;
}

Digest ReceivedArchive::at(const std::string& path) const {
    const Digest* digest = find(EntryPath::parse(path).str());
    if (digest == nullptr) throw BadParameter("the archive has no file " + printable(path));
    return *digest;
}

const StagedBlob* ReceivedArchive::staged(const Digest& digest) const {
    const auto found = staged_.find(digest);
    return found != staged_.end() ? &found->second : nullptr;
}

std::string ReceivedArchive::document(const Digest& digest, const std::string& what) const {
    const StagedBlob* blob = staged(digest);
    if (blob == nullptr) {
        if (!store_.has(digest)) throw BadParameter("the archive lacks " + what);
        return store_.read(digest);
    }
    if (blob->size > largest_document) {
        throw BadParameter(what + " has " + std::to_string(blob->size) + " bytes; the limit is " +
                           std::to_string(largest_document));
    }
    return read_file(blob->path);
}

Descriptor ReceivedArchive::layer(const Digest& digest) const {
    const StagedBlob* blob = staged(digest);
    const Compression compression =
        blob != nullptr ? blob->compression : compression_of(store_.open(digest), digest.str());
    return {.media_type = media_type::layer(compression),
            .digest = digest,
            .size = blob != nullptr ? blob->size : store_.size(digest)};
}

std::vector<ArrivedImage> ReceivedArchive::images() const {
    std::vector<ArrivedImage> images;
    if (find("index.json") != nullptr) {
        images = images_of_layout();
    } else if (find("manifest.json") != nullptr) {
        images = images_of_docker_archive();
    } else {
        throw BadParameter(
            "this is no archive of images: it has neither manifest.json nor index.json");
    }
    if (images.empty()) throw BadParameter("the archive holds no image");
    return images;
}

std::vector<ArrivedImage> ReceivedArchive::images_of_layout() const {
    const Index index = parse_index(document(at("index.json"), "index.json"), "index.json");
    std::vector<ArrivedImage> images;
    for (const Descriptor& descriptor : index.manifests) {
        if (!is_attestation(descriptor)) add_images(descriptor, names_of(descriptor), images);
    }
    // Archives of Docker 25 and newer are both kinds at once, and old readers take the names from
    // the one, new readers from the other.
    const auto more_names = docker_names();
    for (ArrivedImage& image : images) {
        const auto found = more_names.find(image.manifest.config.digest);
        if (found != more_names.end()) add_names(image.names, found->second);
    }
    return images;
}

std::map<Digest, std::vector<Reference>> ReceivedArchive::docker_names() const {
    std::map<Digest, std::vector<Reference>> names;
    if (find("manifest.json") == nullptr) return names;
    for (const ArchivedImage& image :
         parse_archive_manifest(document(at("manifest.json"), "manifest.json"))) {
        for (const std::string& tag : image.repo_tags) {
            names[at(image.config)].push_back(Reference::parse(tag).with_default_tag());
        }
    }
    return names;
}

ArrivedImage ReceivedArchive::image_of_manifest(const Digest& digest) const {
    const std::string what = "manifest " + digest.str();
    std::string manifest_text = document(digest, what);
    Manifest manifest = parse_manifest(manifest_text, what);
    const std::string config_name = "image config " + manifest.config.digest.str();
    std::string config_text = document(manifest.config.digest, config_name);
    ImageConfig config = parse_config(config_text, config_name);
    check_layers(manifest, config, what);
    for (const Descriptor& layer : manifest.layers) {
        if (staged(layer.digest) == nullptr && !store_.has(layer.digest)) {
            throw BadParameter("the archive lacks layer " + layer.digest.str());
        }
    }
    return {std::move(manifest_text),
            std::move(manifest),
            std::move(config_text),
            std::move(config),
            {}};
}

void ReceivedArchive::add_images(const Descriptor& descriptor, std::vector<Reference> names,
                                 std::vector<ArrivedImage>& images) const {
    const Descriptor* chosen = &descriptor;
    Index index;
    for (unsigned depth = 0; chosen->is_index(); ++depth) {
        const std::string what = "index " + chosen->digest.str();
        if (depth == deepest_index) throw BadParameter(what + " is nested too deeply");
        Index inner = parse_index(document(chosen->digest, what), what);
        index = std::move(inner);
        chosen = &choose_platform(index, Platform::host(), what);
    }
    ArrivedImage image = image_of_manifest(chosen->digest);
    image.names = std::move(names);
    // The same image may stand in an index once for each of its names.
    const auto same = std::ranges::find_if(images, [&](const ArrivedImage& other) {
        return other.manifest.config.digest == image.manifest.config.digest;
    });
    if (same != images.end()) {
        add_names(same->names, image.names);
    } else {
        images.push_back(std::move(image));
    }
}

ArrivedImage ReceivedArchive::image_of(const ArchivedImage& archived) const {
    const Digest id = at(archived.config);
    const std::string what = "image config " + id.str();
    std::string config_text = document(id, what);
    ImageConfig config = parse_config(config_text, what);
    // The archive has no manifest of the registry's kind, so the image gets one of our own.
    Manifest manifest{.media_type = std::string{media_type::oci_manifest},
                      .config = {.media_type = std::string{media_type::oci_config},
                                 .digest = id,
                                 .size = config_text.size()},
                      .layers = {}};
    for (const std::string& path : archived.layers)
        manifest.layers.push_back(layer(at(path)));
    check_layers(manifest, config, what);
    std::vector<Reference> names;
    for (const std::string& tag : archived.repo_tags) {
        names.push_back(Reference::parse(tag).with_default_tag());
    }
    std::string manifest_text = to_json(manifest);
    return {std::move(manifest_text), std::move(manifest), std::move(config_text),
            std::move(config), std::move(names)};
}

std::vector<ArrivedImage> ReceivedArchive::images_of_docker_archive() const {
    std::vector<ArrivedImage> images;
    for (const ArchivedImage& archived :
         parse_archive_manifest(document(at("manifest.json"), "manifest.json"))) {
        images.push_back(image_of(archived));
    }
    return images;
}

}  // namespace minidock::image
