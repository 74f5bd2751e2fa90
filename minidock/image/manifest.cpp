#include "minidock/image/manifest.hpp"

#include <sys/utsname.h>

#include <algorithm>

#include "minidock/base/error.hpp"
#include "minidock/base/json.hpp"

namespace minidock::image {
namespace {

Digest read_digest(const JsonReader& value) {
    const auto digest = Digest::try_parse(value.string());
    if (!digest) value.reject("not a sha256 digest");
    return *digest;
}

Platform read_platform(const JsonReader& value) {
    return {.os = value.string_or("os", ""),
            .architecture = value.string_or("architecture", ""),
            .variant = value.string_or("variant", "")};
}

Descriptor read_descriptor(const JsonReader& value) {
    Descriptor descriptor{.media_type = value.string_or("mediaType", ""),
                          .digest = read_digest(value.at("digest")),
                          .size = value.at("size").natural()};
    if (const auto annotations = value.find("annotations")) {
        for (auto& [key, text] : annotations->string_map())
            descriptor.annotations[key] = text;
    }
    if (const auto platform = value.find("platform"))
        descriptor.platform = read_platform(*platform);
    return descriptor;
}

std::vector<Descriptor> read_descriptors(const JsonReader& list) {
    std::vector<Descriptor> descriptors;
    for (const JsonReader& element : list.elements()) {
        descriptors.push_back(read_descriptor(element));
    }
    return descriptors;
}

/// Runs a reader over a document; what it complains about gets the document's name in front.
template <class Read>
auto read_document(std::string_view text, const std::string& what, Read read) {
    const Json json = parse_json(text, what);
    try {
        return read(JsonReader{json});
    } catch (const BadParameter& error) {
        throw BadParameter(what + ": " + error.what());
    }
}

Json write_descriptor(const Descriptor& descriptor) {
    Json json = {{"mediaType", descriptor.media_type},
                 {"digest", descriptor.digest.str()},
                 {"size", descriptor.size}};
    if (!descriptor.annotations.empty()) json["annotations"] = descriptor.annotations;
    if (const auto& platform = descriptor.platform) {
        json["platform"] = {{"os", platform->os}, {"architecture", platform->architecture}};
        if (!platform->variant.empty()) json["platform"]["variant"] = platform->variant;
    }
    return json;
}

Json write_descriptors(const std::vector<Descriptor>& descriptors) {
    Json list = Json::array();
    for (const Descriptor& descriptor : descriptors)
        list.push_back(write_descriptor(descriptor));
    return list;
}

/// The variant that an architecture has where none is named.
std::string_view variant_of(const Platform& platform) {
    if (!platform.variant.empty()) return platform.variant;
    return platform.architecture == "arm64" ? "v8" : "";
}

bool suits(const Descriptor& descriptor, const Platform& wanted) {
    const auto& platform = descriptor.platform;
    return platform && platform->os == wanted.os && platform->architecture == wanted.architecture &&
           (wanted.variant.empty() || variant_of(*platform) == variant_of(wanted));
}

}  // namespace

std::string media_type::layer(Compression compression) {
    std::string type{oci_layer};
    switch (compression) {
        case Compression::none:
            return type;
        case Compression::gzip:
            return type + "+gzip";
        case Compression::zstd:
            return type + "+zstd";
        case Compression::bzip2:
            return type + "+bzip2";
        case Compression::xz:
            return type + "+xz";
    }
    return type;
}

Platform Platform::host() {
    utsname names{};
    ::uname(&names);
    const std::string machine = names.machine;
    if (machine == "x86_64") return {"linux", "amd64", ""};
    if (machine == "aarch64") return {"linux", "arm64", ""};
    if (machine.starts_with("armv7")) return {"linux", "arm", "v7"};
    if (machine.starts_with("armv6")) return {"linux", "arm", "v6"};
    if (machine == "i686") return {"linux", "386", ""};
    return {"linux", machine, ""};  // riscv64, ppc64le and s390x are called the same in both
}

Platform Platform::parse(std::string_view text) {
    std::vector<std::string> parts{""};
    for (const char c : text) {
        if (c == '/')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    if (parts.size() == 1) parts.insert(parts.begin(), "linux");
    const bool empty = std::ranges::any_of(parts, [](const auto& part) { return part.empty(); });
    if (empty || parts.size() > 3) {
        throw BadParameter("platform \"" + std::string{text} +
                           "\": want OS/ARCHITECTURE, such as linux/arm64");
    }
    return {parts[0], parts[1], parts.size() == 3 ? parts[2] : ""};
}

std::string Platform::str() const {
    return os + "/" + architecture + (variant.empty() ? "" : "/" + variant);
}

bool Descriptor::is_index() const {
    return media_type == media_type::oci_index || media_type == media_type::docker_index;
}

bool Descriptor::is_manifest() const {
    return media_type == media_type::oci_manifest || media_type == media_type::docker_manifest;
}

Manifest parse_manifest(std::string_view text, const std::string& what) {
    return read_document(text, what, [](const JsonReader& json) {
        return Manifest{
            .media_type = json.string_or("mediaType", std::string{media_type::oci_manifest}),
            .config = read_descriptor(json.at("config")),
            .layers = read_descriptors(json.at("layers"))};
    });
}

Index parse_index(std::string_view text, const std::string& what) {
    return read_document(text, what, [](const JsonReader& json) {
        return Index{.manifests = read_descriptors(json.at("manifests"))};
    });
}

std::string to_json(const Manifest& manifest) {
    return Json{{"schemaVersion", 2},
                {"mediaType", manifest.media_type},
                {"config", write_descriptor(manifest.config)},
                {"layers", write_descriptors(manifest.layers)}}
        .dump();
}

std::string to_json(const Index& index) {
    return Json{{"schemaVersion", 2},
                {"mediaType", media_type::oci_index},
                {"manifests", write_descriptors(index.manifests)}}
        .dump(2);
}

const Descriptor& choose_platform(const Index& index, const Platform& wanted,
                                  const std::string& what) {
    for (const Descriptor& descriptor : index.manifests) {
        if (suits(descriptor, wanted)) return descriptor;
    }
    // Indexes of one image often do not say what it runs on.
    if (index.manifests.size() == 1 && !index.manifests.front().platform) {
        return index.manifests.front();
    }
    throw NotFound(what + " has no image for " + wanted.str());
}

std::vector<ArchivedImage> parse_archive_manifest(std::string_view text) {
    return read_document(text, "manifest.json", [](const JsonReader& json) {
        std::vector<ArchivedImage> images;
        for (const JsonReader& element : json.elements()) {
            images.push_back({.config = element.at("Config").string(),
                              .repo_tags = element.strings_or_none("RepoTags"),
                              .layers = element.strings_or_none("Layers")});
        }
        return images;
    });
}

}  // namespace minidock::image
