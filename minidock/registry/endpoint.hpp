// Where a registry answers, and how far it is trusted. As Docker has it: every registry must speak
// TLS, except those on this machine and those that the user calls insecure. What certs.d/HOST holds
// is used as Docker uses it: *.crt are authorities, NAME.cert and NAME.key are ours.
#pragma once

#include <string>
#include <vector>

#include "minidock/registry/settings.hpp"
#include "minidock/registry/wire.hpp"

namespace minidock::registry {

struct Endpoint {
    std::string host;       ///< "localhost:5000"
    std::string url;        ///< "https://localhost:5000", without a slash at the end
    bool insecure = false;  ///< may have no valid certificate, or speak plain HTTP
    bool mirror = false;
    Tls tls = {};
};

/// Where images of a domain ("docker.io", "localhost:5000") are looked for, in this order.
std::vector<Endpoint> endpoints_to_pull(const std::string& domain, const Settings& settings);
/// Where they are pushed to.
Endpoint endpoint_of(const std::string& domain, const Settings& settings);

/// @param host  "localhost:5000"
[[nodiscard]] bool is_insecure(const std::string& host, const Settings& settings);
/// What certs.d says of a host. @throws SystemError when a file of it cannot be read
Tls tls_of(const std::string& host, const Settings& settings);

}  // namespace minidock::registry
