#include "minidock/registry/endpoint.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <optional>
#include <span>

#include "minidock/base/fd.hpp"

namespace minidock::registry {
namespace {

namespace fs = std::filesystem;

constexpr const char* hub_domain = "docker.io";
constexpr const char* hub_host = "registry-1.docker.io";

/// "localhost:5000" without the port, "[::1]:5000" without that and the brackets.
std::string without_port(const std::string& host) {
    if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
    return host.substr(0, host.find(':'));
}

/// An address as its bytes, 4 or 16 of them; none for a name.
std::optional<std::vector<unsigned char>> address_of(const std::string& text) {
    std::array<unsigned char, 16> bytes{};
    if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1)
        return std::vector<unsigned char>(bytes.begin(), bytes.begin() + 4);
    if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1)
        return std::vector<unsigned char>(bytes.begin(), bytes.end());
    return std::nullopt;
}

/// Whether an address lies in a net such as "10.0.0.0/8".
bool lies_in(const std::string& host, const std::string& net) {
    const std::size_t slash = net.find('/');
    if (slash == std::string::npos) return false;
    const auto address = address_of(without_port(host));
    const auto base = address_of(net.substr(0, slash));
    unsigned bits = 0;
    const char* const end = net.data() + net.size();
    const auto [rest, error] = std::from_chars(net.data() + slash + 1, end, bits);
    if (!address || !base || address->size() != base->size()) return false;
    if (error != std::errc{} || rest != end || bits > base->size() * 8) return false;
    for (unsigned bit = 0; bit < bits; ++bit) {
        const unsigned mask = 0x80U >> (bit % 8);
        if (((*address)[bit / 8] & mask) != ((*base)[bit / 8] & mask)) return false;
    }
    return true;
}

}  // namespace

bool is_insecure(const std::string& host, const Settings& settings) {
    const std::string name = without_port(host);
    if (name == "localhost" || name == "::1" || lies_in(host, "127.0.0.0/8")) return true;
    return std::ranges::any_of(settings.insecure_registries, [&](const std::string& insecure) {
        return insecure == host || insecure == name || lies_in(host, insecure);
    });
}

Tls tls_of(const std::string& host, const Settings& settings) {
    Tls tls;
    const fs::path folder = fs::path{settings.certificates} / host;
    if (!fs::is_directory(folder)) return tls;
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator{folder})
        paths.push_back(entry.path());
    std::ranges::sort(paths);
    for (const fs::path& path : paths) {
        if (path.extension() == ".crt") tls.authorities += read_file(path) + "\n";
        const fs::path key = fs::path{path}.replace_extension(".key");
        if (path.extension() == ".cert" && tls.certificate.empty() && fs::exists(key)) {
            tls.certificate = path;
            tls.key = key;
        }
    }
    return tls;
}

Endpoint endpoint_of(const std::string& domain, const Settings& settings) {
    Endpoint endpoint{.host = domain == hub_domain ? hub_host : domain};
    endpoint.url = "https://" + endpoint.host;
    endpoint.tls = tls_of(endpoint.host, settings);
    // Whoever was given an authority to check is to be checked, wherever it stands.
    endpoint.insecure = endpoint.tls.authorities.empty() && is_insecure(endpoint.host, settings);
    endpoint.tls.verify = !endpoint.insecure;
    return endpoint;
}

std::vector<Endpoint> endpoints_to_pull(const std::string& domain, const Settings& settings) {
    std::vector<Endpoint> endpoints;
    if (domain == hub_domain) {
        for (const std::string& mirror : settings.mirrors) {
            const Url url = Url::parse(mirror);
            const std::size_t start = mirror.find("://") + 3;
            const std::string host = mirror.substr(start, mirror.find('/', start) - start);
            Endpoint endpoint = endpoint_of(host, settings);
            endpoint.url = url.str();
            while (endpoint.url.ends_with('/'))
                endpoint.url.pop_back();
            endpoint.mirror = true;
            endpoints.push_back(std::move(endpoint));
        }
    }
    endpoints.push_back(endpoint_of(domain, settings));
    return endpoints;
}

}  // namespace minidock::registry
