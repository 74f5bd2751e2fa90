// Archives of images as they come in: what `docker save` writes and has written over the years
// (manifest.json naming configs and layers), and OCI archives (a layout in a tar, with index.json).
// An archive is read once, front to back, since it may come down a pipe: the files in it are put
// aside first, and what they are is found out when all are there.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "minidock/image/blob_store.hpp"
#include "minidock/image/config.hpp"
#include "minidock/image/manifest.hpp"
#include "minidock/image/reference.hpp"

namespace minidock::image {

/// An image out of an archive: its documents, which have been checked against each other.
struct ArrivedImage {
    std::string manifest_text;
    Manifest manifest;
    std::string config_text;
    ImageConfig config;
    std::vector<Reference> names;
};

/// @param what  names the manifest in the error
/// @throws BadParameter when the manifest and the config name different numbers of layers
void check_layers(const Manifest& manifest, const ImageConfig& config, const std::string& what);

class ReceivedArchive {
  public:
    /// Reads the archive to its end. Blobs that the store has already are not written again.
    /// @throws BadParameter when it is damaged, or a blob is not what its name says
    ReceivedArchive(Source& source, const BlobStore& store);

    /// The images in the archive. @throws BadParameter when there are none, or parts are missing
    [[nodiscard]] std::vector<ArrivedImage> images() const;

    /// A blob that came with the archive; none when the store has it already.
    [[nodiscard]] const StagedBlob* staged(const Digest& digest) const;

  private:
    void receive(TarReader& reader, const TarEntry& entry);
    [[nodiscard]] const Digest* find(std::string path) const;
    [[nodiscard]] Digest at(const std::string& path) const;
    [[nodiscard]] std::string document(const Digest& digest, const std::string& what) const;
    [[nodiscard]] Descriptor layer(const Digest& digest) const;

    [[nodiscard]] ArrivedImage image_of_manifest(const Digest& digest) const;
    [[nodiscard]] ArrivedImage image_of(const ArchivedImage& archived) const;
    [[nodiscard]] std::vector<ArrivedImage> images_of_layout() const;
    [[nodiscard]] std::vector<ArrivedImage> images_of_docker_archive() const;
    void add_images(const Descriptor& descriptor, std::vector<Reference> names,
                    std::vector<ArrivedImage>& images) const;
    [[nodiscard]] std::map<Digest, std::vector<Reference>> docker_names() const;

    const BlobStore& store_;
    Staging staging_;
    std::map<std::string, Digest> files_;
    std::map<std::string, std::string> links_;
    std::map<Digest, StagedBlob> staged_;
};

}  // namespace minidock::image
