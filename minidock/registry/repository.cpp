// The half of a repository by which images come out of it.
#include "minidock/registry/repository.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "minidock/base/json.hpp"

namespace minidock::registry {
namespace {

using image::Digest;
namespace media_type = image::media_type;

/// More tags than this are no list for people.
constexpr std::size_t most_tags = 100'000;

std::string accept_manifests() {
    return fmt::format("Accept: {}, {}, {}, {}", media_type::oci_index, media_type::docker_index,
                       media_type::oci_manifest, media_type::docker_manifest);
}

/// What kind of document this is: by its field, else by what stands in it.
std::string media_type_of(const Answer& answer, const std::string& what) {
    std::string type = answer.field("content-type");
    type.resize(std::min(type.find(';'), type.size()));
    for (const std::string_view known : {media_type::oci_index, media_type::docker_index,
                                         media_type::oci_manifest, media_type::docker_manifest}) {
        if (type == known) return type;
    }
    if (type.find("manifest.v1+prettyjws") != std::string::npos)
        throw BadParameter(what + " is of Docker's schema 1, which nobody makes any more");
    if (type.find("json") == std::string::npos && !type.empty() && type != "text/plain" &&
        type != "application/octet-stream")
        throw BadParameter(what + " is no manifest but " + type + "; is this a registry?");
    const Json document = parse_json(answer.body, what);
    const JsonReader reader{document};
    type = reader.string_or("mediaType", "");
    if (!type.empty()) return type;
    return std::string{reader.find("manifests") ? media_type::oci_index : media_type::oci_manifest};
}

/// Sees to it that what comes now goes on where the blob stopped.
// [go-on]
void go_on_at(std::uint64_t start, const Answer& head, image::BlobWriter& into) {
    // lab 07.5: a server that knows no ranges answers 200 and sends all of it; one that answers
    // 206 must begin where we stopped, and says so in Content-Range (RFC 9110, section 14).
    if (start == 0) return;
    if (head.status == 200) return into.start_over();
    if (!head.field("content-range").starts_with(fmt::format("bytes {}-", start)))
        throw BadParameter("the registry sends another part of the blob than was asked for");
    // end lab
}
// [/go-on]

}  // namespace

// Link: </v2/x/tags/list?last=b&n=100>; rel="next"
std::string next_page(const Answer& answer) {
    const std::string link = answer.field("link");
    const std::size_t end = link.find('>');
    if (!link.starts_with('<') || end == std::string::npos) return {};
    return link.find("next", end) != std::string::npos ? link.substr(1, end - 1) : "";
}

Repository::Repository(Session& session, std::string path, Access access)
    : session_{session},
      path_{std::move(path)},
      scopes_{"repository:" + path_ + (access == Access::pull ? ":pull" : ":pull,push")} {}

Url Repository::url(const std::string& what) const {
    return session_.url(path_ + "/" + what);
}

Answer Repository::send(const Request& request, const Wire::Sink& sink) {
    return session_.send(request, scopes_, sink);
}

Document Repository::manifest(const std::string& reference) {
    const std::string what = "manifest " + path_ + ":" + reference;
    const Request request{.url = url("manifests/" + reference), .fields = {accept_manifests()}};
    const Answer answer = persist(session_.settings(), [&] { return send(request); });
    Document document{media_type_of(answer, what), image::digest_of(answer.body), answer.body};

    const auto asked = Digest::try_parse(reference);
    const auto promised = Digest::try_parse(answer.field("docker-content-digest"));
    for (const auto& digest : {asked, promised}) {
        if (digest && *digest != document.digest) {
            throw BadParameter(
                fmt::format("{} is damaged: it should have the digest {}, and has {}", what,
                            digest->str(), document.digest.str()));
        }
    }
    return document;
}

std::string Repository::document(const image::Descriptor& descriptor) {
    const std::string what = "blob " + descriptor.digest.str();
    if (descriptor.size > image::largest_document)
        throw BadParameter(what + " is too large for an image's config");
    const Request request{.url = url("blobs/" + descriptor.digest.str())};
    Answer answer = persist(session_.settings(), [&] { return send(request); });
    if (image::digest_of(answer.body) != descriptor.digest) {
        throw BadParameter(fmt::format("{} is damaged: what came has {} bytes and the digest {}",
                                       what, answer.body.size(),
                                       image::digest_of(answer.body).str()));
    }
    return std::move(answer.body);
}

// [fetch]
void Repository::fetch(const image::Descriptor& descriptor, image::BlobWriter& into,
                       const Progress& progress) {
    Patience patience{session_.settings()};
    for (;;) {
        const std::uint64_t before = into.size();
        try {
            fetch_rest(descriptor, into, progress);
            break;
        } catch (const Temporary& error) {
            if (into.size() == descriptor.size) break;  // only a lie about its length was missing
            if (into.size() > before) patience.renew();
            patience.wait_or_give_up(error);
        }
    }
    if (into.size() != descriptor.size) {
        throw BadParameter(fmt::format("blob {} has {} bytes; its manifest says {}",
                                       descriptor.digest.str(), into.size(), descriptor.size));
    }
}
// [/fetch]

void Repository::fetch_rest(const image::Descriptor& descriptor, image::BlobWriter& into,
                            const Progress& progress) {
    Request request{.url = url("blobs/" + descriptor.digest.str())};
    const std::uint64_t start = into.size();
    if (start > 0) request.fields = {fmt::format("Range: bytes={}-", start)};
    bool begun = false;
    send(request, [&](const Answer& head, std::string_view block) {
        if (!std::exchange(begun, true)) go_on_at(start, head, into);
        if (into.size() + block.size() > descriptor.size) {
            throw BadParameter(
                fmt::format("blob {} is larger than the {} bytes that its manifest "
                            "says",
                            descriptor.digest.str(), descriptor.size));
        }
        into.write(block);
        progress(into.size());
    });
}

std::vector<std::string> Repository::tags() {
    std::vector<std::string> tags;
    Url page = url("tags/list");
    for (;;) {
        const Answer answer = persist(session_.settings(), [&] { return send({.url = page}); });
        const Json document = parse_json(answer.body, "the list of tags of " + path_);
        for (std::string& tag : JsonReader{document}.strings_or_none("tags"))
            tags.push_back(std::move(tag));
        const std::string next = next_page(answer);
        if (next.empty() || tags.size() > most_tags) return tags;
        page = page.resolve(next);
    }
}

}  // namespace minidock::registry
