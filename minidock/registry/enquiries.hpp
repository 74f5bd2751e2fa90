// What one asks a registry without moving an image: whether it knows us, and what it has.
#pragma once

#include <string>
#include <vector>

#include "minidock/image/manifest.hpp"
#include "minidock/image/reference.hpp"
#include "minidock/registry/credentials.hpp"
#include "minidock/registry/settings.hpp"

namespace minidock::registry {

/// Proves who we are to a registry.
/// @param server  as users write it: "localhost:5000", "https://index.docker.io/v1/"
/// @throws Refused when it does not believe us
void log_in(const Settings& settings, const std::string& server, const Credentials& credentials);

/// The repositories of a registry whose names contain a text, from its catalogue.
/// @param host  "localhost:5000"
/// @throws Unsupported when the registry has no catalogue
std::vector<std::string> search(const Settings& settings, const std::string& host,
                                const std::string& text, std::size_t limit,
                                const Credentials& credentials);

/// What a name stands for at its registry, and the platforms that it is there for.
struct Inspection {
    image::Descriptor descriptor;
    std::vector<image::Platform> platforms;
};
Inspection inspect(const Settings& settings, const image::Reference& name,
                   const Credentials& credentials);

}  // namespace minidock::registry
