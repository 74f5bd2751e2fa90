// Who the user is to which registry: the client's config.json, as Docker keeps it in ~/.docker, and
// the helpers that it may name, "docker-credential-NAME", which keep passwords elsewhere.
#pragma once

#include <optional>
#include <string>

#include "minidock/base/json.hpp"

namespace minidock::client {

/// A user's proof towards one registry.
struct Login {
    std::string user;
    std::string secret;  ///< a password, or with the user "<token>" an identity token
};

/// The registry of an image's name as config.json calls it: "localhost:5000", or
/// "https://index.docker.io/v1/".
std::string registry_of(const std::string& image);
/// What the user called a registry in `login`, in the same form.
std::string registry_key(const std::string& server);

class CredentialFile {
  public:
    /// $DOCKER_CONFIG/config.json, or that in ~/.docker. A file that is not there is empty.
    /// @throws BadParameter when it is no JSON
    CredentialFile();

    [[nodiscard]] std::optional<Login> find(const std::string& registry) const;
    /// @return whether it lies in the file itself, where others may read it
    bool keep(const std::string& registry, const Login& login);
    /// @return whether there was one
    bool erase(const std::string& registry);

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

  private:
    [[nodiscard]] std::string helper_for(const std::string& registry) const;
    void save() const;

    std::string path_;
    Json config_;
};

/// The value of the header X-Registry-Auth for an image's registry; that of nobody when the user
/// has not logged in there.
std::string registry_auth(const std::string& image);

}  // namespace minidock::client
