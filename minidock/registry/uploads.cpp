// The half of a repository by which images go into it.
#include <fmt/format.h>

#include "minidock/registry/repository.hpp"

namespace minidock::registry {

bool Repository::has(const image::Digest& digest) {
    try {
        persist(session_.settings(),
                [&] { return send({.method = "HEAD", .url = url("blobs/" + digest.str())}); });
        return true;
    } catch (const Refused& refusal) {
        if (refusal.status() != 404) throw;
        return false;
    }
}

// [begin-upload]
std::optional<Url> Repository::begin_upload(const image::Digest& digest,
                                            const std::string& mount_from) {
    Request request{.method = "POST", .url = url("blobs/uploads/")};
    std::vector<std::string> scopes = scopes_;
    if (!mount_from.empty()) {
        request.url = request.url.with_query("mount", digest.str()).with_query("from", mount_from);
        scopes.push_back("repository:" + mount_from + ":pull");
    }
    const Answer answer = session_.send(request, scopes);
    if (answer.status == 201) return std::nullopt;
    const std::string location = answer.field("location");
    if (location.empty())
        throw BadParameter("the registry does not say where the blob is to be sent");
    return request.url.resolve(location);
}
// [/begin-upload]

std::optional<std::string> Repository::upload(const image::Descriptor& descriptor, int file,
                                              const std::vector<std::string>& others,
                                              const Progress& progress) {
    const auto begin = [&](const std::string& from) {
        return persist(session_.settings(), [&] { return begin_upload(descriptor.digest, from); });
    };
    for (const std::string& other : others) {
        try {
            if (!begin(other)) return other;
        } catch (const Refused&) {
            // It may not be ours to take from; then we bring our own.
        }
    }
    persist(session_.settings(), [&] {
        const auto target = begin_upload(descriptor.digest, "");
        if (!target) return Answer{};  // somebody else was faster
        return send({.method = "PUT",
                     .url = target->with_query("digest", descriptor.digest.str()),
                     .fields = {"Content-Type: application/octet-stream"},
                     .file = file,
                     .file_size = descriptor.size,
                     .on_sent = progress});
    });
    return std::nullopt;
}

void Repository::put_manifest(const std::string& tag, const std::string& media_type,
                              const std::string& text) {
    const Request request{.method = "PUT",
                          .url = url("manifests/" + tag),
                          .fields = {"Content-Type: " + media_type},
                          .body = text};
    const Answer answer = persist(session_.settings(), [&] { return send(request); });
    const auto named = image::Digest::try_parse(answer.field("docker-content-digest"));
    const image::Digest own = image::digest_of(text);
    if (named && *named != own) {
        throw BadParameter(fmt::format("the registry keeps the manifest as {}; it was sent as {}",
                                       named->str(), own.str()));
    }
}

}  // namespace minidock::registry
