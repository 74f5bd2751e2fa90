#include "minidock/registry/enquiries.hpp"

#include <fmt/format.h>

#include "minidock/base/error.hpp"
#include "minidock/base/json.hpp"
#include "minidock/image/config.hpp"
#include "minidock/registry/reports.hpp"
#include "minidock/registry/repository.hpp"

namespace minidock::registry {
namespace {

constexpr std::size_t most_pages = 1000;

/// "https://index.docker.io/v1/" and "docker.io" are the same; of others the host counts.
std::string domain_of(std::string server) {
    if (const std::size_t scheme = server.find("://"); scheme != std::string::npos)
        server.erase(0, scheme + 3);
    server.resize(std::min(server.find('/'), server.size()));
    const bool is_hub = server.empty() || server == "index.docker.io" || server == "docker.io";
    return is_hub ? "docker.io" : server;
}

}  // namespace

void log_in(const Settings& settings, const std::string& server, const Credentials& credentials) {
    Session session{endpoint_of(domain_of(server), settings), credentials, settings};
    persist(settings, [&] { session.open(); });
    session.log_in();
}

std::vector<std::string> search(const Settings& settings, const std::string& host,
                                const std::string& text, std::size_t limit,
                                const Credentials& credentials) {
    Session session{endpoint_of(host, settings), credentials, settings};
    persist(settings, [&] { session.open(); });
    const std::vector<std::string> scopes{"registry:catalog:*"};
    std::vector<std::string> found;
    Url page = session.url("_catalog?n=100");
    for (std::size_t pages = 0; pages < most_pages && found.size() < limit; ++pages) {
        const Answer answer = [&] {
            try {
                return persist(settings, [&] { return session.send({.url = page}, scopes); });
            } catch (const Refused& refusal) {
                throw Unsupported(fmt::format("the registry {} has no catalogue to search in: {}",
                                              host, refusal.what()));
            }
        }();
        const Json document = parse_json(answer.body, "the catalogue of " + host);
        for (const std::string& name : JsonReader{document}.strings_or_none("repositories")) {
            if (name.find(text) != std::string::npos && found.size() < limit) found.push_back(name);
        }
        const std::string next = next_page(answer);
        if (next.empty()) break;
        page = page.resolve(next);
    }
    return found;
}

Inspection inspect(const Settings& settings, const image::Reference& name,
                   const Credentials& credentials) {
    Session session{endpoint_of(name.domain(), settings), credentials, settings};
    try {
        persist(settings, [&] { session.open(); });
        Repository repository{session, name.path(), Repository::Access::pull};
        const Document document =
            repository.manifest(name.digest() ? name.digest()->str() : name.tag().value());
        Inspection inspection{{.media_type = document.media_type,
                               .digest = document.digest,
                               .size = document.text.size()},
                              {}};
        const std::string what = "manifest " + document.digest.str();
        if (inspection.descriptor.is_index()) {
            for (const auto& entry : image::parse_index(document.text, what).manifests) {
                if (entry.platform) inspection.platforms.push_back(*entry.platform);
            }
        } else {
            const image::Descriptor config = image::parse_manifest(document.text, what).config;
            inspection.platforms.push_back(
                image::parse_config(repository.document(config), what).platform);
        }
        return inspection;
    } catch (const Refused& refusal) {
        throw_for_people(refusal, name);
    }
}

}  // namespace minidock::registry
