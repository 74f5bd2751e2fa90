// What one can ask of a repository: manifests and blobs, in and out. See the OCI distribution
// specification, "Pull" and "Push"; the numbers of its end points stand at the functions.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "minidock/image/blob_store.hpp"
#include "minidock/image/manifest.hpp"
#include "minidock/registry/session.hpp"

namespace minidock::registry {

/// A manifest or an index, as the registry has it.
struct Document {
    std::string media_type;
    image::Digest digest;
    std::string text;
};

/// Where a list goes on that one answer does not hold; empty when it is whole.
std::string next_page(const Answer& answer);

class Repository {
  public:
    enum class Access { pull, push };
    /// How far a transfer is, in bytes.
    using Progress = std::function<void(std::uint64_t done)>;

    /// @param path  "library/busybox"
    Repository(Session& session, std::string path, Access access);

    /// By tag or digest (end-3).
    /// @throws Refused with 404 when it is not there; BadParameter when it is not what was asked
    ///         for, or no manifest
    Document manifest(const std::string& reference);
    /// A blob that is a document (end-2): an image's config.
    std::string document(const image::Descriptor& descriptor);
    /// A blob (end-2), resumed where the connection breaks.
    /// @throws BadParameter when it is longer or shorter than its descriptor says
    void fetch(const image::Descriptor& descriptor, image::BlobWriter& into,
               const Progress& progress);
    /// All tags (end-8), however many answers they fill.
    std::vector<std::string> tags();

    /// (end-2, HEAD)
    bool has(const image::Digest& digest);
    /// Uploads a blob (end-4b, end-6) unless it can be taken over from another repository (end-11).
    /// @param others  repositories of the same registry that have it
    /// @return the one that it was taken from
    std::optional<std::string> upload(const image::Descriptor& descriptor, int file,
                                      const std::vector<std::string>& others,
                                      const Progress& progress);
    /// (end-7) @throws BadParameter when the registry calls it by another digest
    void put_manifest(const std::string& tag, const std::string& media_type,
                      const std::string& text);

  private:
    [[nodiscard]] Url url(const std::string& what) const;
    Answer send(const Request& request, const Wire::Sink& sink = {});
    void fetch_rest(const image::Descriptor& descriptor, image::BlobWriter& into,
                    const Progress& progress);
    /// @return where to send the blob; none when it was mounted
    std::optional<Url> begin_upload(const image::Digest& digest, const std::string& mount_from);

    Session& session_;
    std::string path_;
    std::vector<std::string> scopes_;
};

}  // namespace minidock::registry
