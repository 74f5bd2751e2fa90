// A registry of a test's own on loopback: it has what the test puts in, and answers byte for byte
// what the test wants, also what no honest registry would.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/image/digest.hpp"

namespace minidock::test {

/// What a client asked.
struct Asked {
    std::string method;
    std::string target;                         ///< "/v2/app/manifests/1"
    std::map<std::string, std::string> fields;  ///< names in lower case
    std::string body;

    [[nodiscard]] std::string field(const std::string& name) const;
};

/// An answer as bytes, with its length told truly.
std::string answer(const std::string& status, const std::string& body,
                   const std::string& fields = "");

class FakeRegistry {
  public:
    /// Answers instead of the registry; nothing leaves it to the registry.
    using Mischief = std::function<std::optional<std::string>(const Asked&)>;

    explicit FakeRegistry(Mischief mischief = {});
    ~FakeRegistry();
    FakeRegistry(const FakeRegistry&) = delete;
    FakeRegistry& operator=(const FakeRegistry&) = delete;

    /// "localhost:41234"
    [[nodiscard]] std::string host() const { return "localhost:" + std::to_string(port_); }
    [[nodiscard]] std::string url() const { return "http://" + host(); }

    /// An image of one layer, under a tag. @return its manifest's digest
    image::Digest add_image(const std::string& tag, const std::string& layer,
                            const std::string& architecture = "amd64");
    image::Digest add_blob(const std::string& content);
    /// A manifest or an index, under a tag and its digest.
    image::Digest add_manifest(const std::string& tag, const std::string& media_type,
                               const std::string& text);

    /// All that was asked so far: "GET /v2/".
    [[nodiscard]] std::vector<Asked> asked() const;
    [[nodiscard]] std::size_t count(const std::string& target_part) const;

  private:
    struct Manifest {
        std::string media_type;
        std::string text;
    };

    void serve();
    void serve_one(const Fd& socket);
    std::string find(const Asked& asked) const;

    Mischief mischief_;
    Fd listener_;
    unsigned short port_ = 0;
    mutable std::mutex mutex_;                   // protects what follows
    std::map<std::string, std::string> blobs_;   ///< by digest
    std::map<std::string, Manifest> manifests_;  ///< by tag and by digest
    std::vector<Asked> asked_;
    std::vector<std::jthread> sessions_;
    std::jthread thread_;
};

}  // namespace minidock::test
