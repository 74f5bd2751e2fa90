#include "chapters/07-registries/tests/fake_registry.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "chapters/06-images/tests/archives.hpp"
#include "minidock/base/error.hpp"

namespace minidock::test {
namespace {

constexpr const char* manifest_type = "application/vnd.oci.image.manifest.v1+json";

Asked parse_head(const std::string& head) {
    Asked asked;
    const std::size_t line_end = head.find("\r\n");
    const std::size_t space = head.find(' ');
    asked.method = head.substr(0, space);
    asked.target = head.substr(space + 1, head.find(' ', space + 1) - space - 1);
    for (std::size_t start = line_end + 2; start < head.size();) {
        const std::size_t end = head.find("\r\n", start);
        const std::size_t colon = head.find(": ", start);
        if (end == start || colon == std::string::npos) break;
        std::string name = head.substr(start, colon - start);
        std::ranges::transform(name, name.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        asked.fields[name] = head.substr(colon + 2, end - colon - 2);
        start = end + 2;
    }
    return asked;
}

/// @return false when the client has closed
bool read_more(const Fd& socket, std::string& text) {
    char buffer[16384];
    const ssize_t n = ::recv(socket.get(), buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    text.append(buffer, static_cast<std::size_t>(n));
    return true;
}

}  // namespace

std::string Asked::field(const std::string& name) const {
    const auto found = fields.find(name);
    return found != fields.end() ? found->second : "";
}

std::string answer(const std::string& status, const std::string& body, const std::string& fields) {
    return fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n{}", status,
                       body.size(), fields, body);
}

FakeRegistry::FakeRegistry(Mischief mischief)
    : mischief_{std::move(mischief)}, listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), size) < 0 ||
        ::listen(listener_.get(), 64) < 0 ||
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) < 0)
        throw SystemError("listen on loopback");
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread{[this] { serve(); }};
}

FakeRegistry::~FakeRegistry() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
}

void FakeRegistry::serve() {
    for (;;) {
        Fd socket{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
        if (!socket) return;
        const std::lock_guard lock{mutex_};
        sessions_.emplace_back([this, own = std::move(socket)] { serve_one(own); });
    }
}

void FakeRegistry::serve_one(const Fd& socket) {
    std::string text;
    std::size_t head_end = 0;
    while ((head_end = text.find("\r\n\r\n")) == std::string::npos) {
        if (!read_more(socket, text)) return;
        if (text.front() == '\x16') return;  // the start of TLS, which is not spoken here
    }
    Asked asked = parse_head(text.substr(0, head_end + 2));
    std::size_t length = 0;
    const std::string wanted = asked.field("content-length");
    std::from_chars(wanted.data(), wanted.data() + wanted.size(), length);
    while (text.size() < head_end + 4 + length && read_more(socket, text)) {
    }
    asked.body = text.substr(head_end + 4);
    {
        const std::lock_guard lock{mutex_};
        asked_.push_back(asked);
    }
    const auto own = mischief_ ? mischief_(asked) : std::nullopt;
    const std::string bytes = own ? *own : find(asked);
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const ssize_t n = ::send(socket.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (n <= 0) return;
        rest.remove_prefix(static_cast<std::size_t>(n));
    }
}

std::string FakeRegistry::find(const Asked& asked) const {
    const std::lock_guard lock{mutex_};
    if (asked.target == "/v2/") return answer("200 OK", "{}");
    const std::string last = asked.target.substr(asked.target.rfind('/') + 1);
    if (asked.target.find("/manifests/") != std::string::npos) {
        if (const auto found = manifests_.find(last); found != manifests_.end())
            return answer("200 OK", found->second.text,
                          "Content-Type: " + found->second.media_type + "\r\n");
        return answer("404 Not Found",
                      R"({"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]})");
    }
    if (const auto found = blobs_.find(last); found != blobs_.end()) {
        const std::string range = asked.field("range");
        if (range.empty()) return answer("200 OK", found->second);
        const std::size_t start = std::stoul(range.substr(range.find('=') + 1));
        return answer("206 Partial Content", found->second.substr(start),
                      fmt::format("Content-Range: bytes {}-{}/{}\r\n", start,
                                  found->second.size() - 1, found->second.size()));
    }
    return answer("404 Not Found", R"({"errors":[{"code":"BLOB_UNKNOWN","message":"no blob"}]})");
}

image::Digest FakeRegistry::add_blob(const std::string& content) {
    const image::Digest digest = image::digest_of(content);
    const std::lock_guard lock{mutex_};
    blobs_[digest.str()] = content;
    return digest;
}

image::Digest FakeRegistry::add_manifest(const std::string& tag, const std::string& media_type,
                                         const std::string& text) {
    const image::Digest digest = image::digest_of(text);
    const std::lock_guard lock{mutex_};
    manifests_[tag] = manifests_[digest.str()] = {media_type, text};
    return digest;
}

image::Digest FakeRegistry::add_image(const std::string& tag, const std::string& layer,
                                      const std::string& architecture) {
    nlohmann::json config = nlohmann::json::parse(image_config({layer}));
    config["architecture"] = architecture;
    const auto descriptor = [&](const std::string& type, const std::string& content) {
        return nlohmann::json{{"mediaType", "application/vnd.oci.image." + type},
                              {"digest", add_blob(content).str()},
                              {"size", content.size()}};
    };
    const nlohmann::json manifest{
        {"schemaVersion", 2},
        {"mediaType", manifest_type},
        {"config", descriptor("config.v1+json", config.dump())},
        {"layers", nlohmann::json::array({descriptor("layer.v1.tar", layer)})}};
    return add_manifest(tag, manifest_type, manifest.dump());
}

std::vector<Asked> FakeRegistry::asked() const {
    const std::lock_guard lock{mutex_};
    return asked_;
}

std::size_t FakeRegistry::count(const std::string& target_part) const {
    const std::vector<Asked> all = asked();
    return static_cast<std::size_t>(std::ranges::count_if(all, [&](const Asked& asked) {
        return asked.target.find(target_part) != std::string::npos;
    }));
}

}  // namespace minidock::test
