#include "minidock/registry/credentials.hpp"

#include "minidock/base/base64.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/json.hpp"

namespace minidock::registry {

std::string Credentials::basic() const {
    return "Basic " + to_base64(user + ":" + password);
}

Credentials parse_credentials(std::string_view json) {
    const Json document = parse_json(json, "the credentials");
    if (document.is_null()) return {};
    const JsonReader reader{document};
    Credentials credentials{.user = reader.string_or("username", ""),
                            .password = reader.string_or("password", ""),
                            .identity_token = reader.string_or("identitytoken", ""),
                            .registry_token = reader.string_or("registrytoken", "")};
    // Older clients send both in one, as config.json has them.
    const std::string both = from_base64(reader.string_or("auth", "")).value_or("");
    if (const std::size_t colon = both.find(':');
        credentials.user.empty() && colon != std::string::npos) {
        credentials.user = both.substr(0, colon);
        credentials.password = both.substr(colon + 1);
    }
    return credentials;
}

Credentials credentials_of_header(std::string_view header) {
    if (header.empty()) return {};
    const auto json = from_base64(header);
    if (!json) throw BadParameter("X-Registry-Auth is no base64");
    return parse_credentials(*json);
}

}  // namespace minidock::registry
