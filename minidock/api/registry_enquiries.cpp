// The routes that ask registries: POST /auth, GET /images/search, GET /distribution/NAME/json.
#include "minidock/registry/enquiries.hpp"

#include <nlohmann/json.hpp>

#include "minidock/api/images.hpp"
#include "minidock/base/error.hpp"
#include "minidock/registry/session.hpp"

namespace minidock::api {

using nlohmann::json;

void Images::log_in(http::Exchange& exchange) const {
    const json body = exchange.read_json();
    const registry::Credentials credentials = registry::parse_credentials(body.dump());
    const std::string server = body.is_object() ? body.value("serveraddress", "") : "";
    try {
        registry::log_in(settings_, server, credentials);
    } catch (const registry::Refused& refusal) {
        if (!refusal.denied()) throw;
        throw http::StatusError(401, refusal.what());
    }
    exchange.send(http::Response::json({{"Status", "Login Succeeded"}, {"IdentityToken", ""}}));
}

void Images::search(http::Exchange& exchange) const {
    const std::string term = exchange.query().text("term");
    const std::size_t slash = term.find('/');
    const std::string host = term.substr(0, slash);
    const bool names_host = slash != std::string::npos &&
                            (host == "localhost" || host.find_first_of(".:") != std::string::npos);
    if (!names_host) {
        throw Unsupported(
            "only registries with a catalogue can be searched, and Docker Hub has none; name the "
            "registry: HOST[:PORT]/TEXT");
    }
    const auto limit = static_cast<std::size_t>(exchange.query().integer("limit").value_or(25));
    const auto credentials =
        registry::credentials_of_header(exchange.request().headers.get("X-Registry-Auth"));
    json results = json::array();
    for (const std::string& name :
         registry::search(settings_, host, term.substr(slash + 1), limit, credentials)) {
        results.push_back({{"name", host + "/" + name},
                           {"description", ""},
                           {"star_count", 0},
                           {"is_official", false},
                           {"is_automated", false}});
    }
    exchange.send(http::Response::json(results));
}

void Images::inspect_remote(http::Exchange& exchange) const {
    const auto name = image::Reference::parse(exchange.parameter("name")).with_default_tag();
    const auto credentials =
        registry::credentials_of_header(exchange.request().headers.get("X-Registry-Auth"));
    const registry::Inspection found = registry::inspect(settings_, name, credentials);
    json platforms = json::array();
    for (const image::Platform& platform : found.platforms) {
        json entry{{"os", platform.os}, {"architecture", platform.architecture}};
        if (!platform.variant.empty()) entry["variant"] = platform.variant;
        platforms.push_back(std::move(entry));
    }
    exchange.send(http::Response::json({{"Descriptor",
                                         {{"mediaType", found.descriptor.media_type},
                                          {"digest", found.descriptor.digest.str()},
                                          {"size", found.descriptor.size}}},
                                        {"Platforms", platforms}}));
}

}  // namespace minidock::api
