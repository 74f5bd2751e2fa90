// Who we are to a registry: what X-Registry-Auth and the body of POST /auth carry
// (docker-engine-api, AuthConfig).
#pragma once

#include <string>
#include <string_view>

namespace minidock::registry {

struct Credentials {
    std::string user = {};
    std::string password = {};
    std::string identity_token = {};  ///< instead of a password: asks the token server for tokens
    std::string registry_token = {};  ///< a token that the registry itself takes

    bool operator==(const Credentials&) const = default;
    [[nodiscard]] bool empty() const { return *this == Credentials{}; }
    /// "Basic dXNlcjpwYXNz"
    [[nodiscard]] std::string basic() const;
};

/// From an AuthConfig as JSON.
/// @throws BadParameter
Credentials parse_credentials(std::string_view json);
/// From the header X-Registry-Auth: an AuthConfig as JSON in base64. Empty for none.
/// @throws BadParameter
Credentials credentials_of_header(std::string_view header);

}  // namespace minidock::registry
