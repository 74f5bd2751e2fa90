// The content of images on disk: an OCI image layout (OCI image specification, "Image Layout"),
// which skopeo and umoci read in place.
//
//   oci-layout             says that this is one
//   index.json             the images and their names
//   blobs/sha256/HEX       each manifest, config and layer, under the digest of its bytes
//   incoming/              what is still arriving; not part of the layout
//
// A blob is written aside and gets its name when its digest has been computed, so what is in
// blobs/ is whole and true.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"
#include "minidock/image/digest.hpp"
#include "minidock/image/source.hpp"
#include "minidock/image/tar_reader.hpp"

namespace minidock::image {

/// Content that has arrived, and is not yet among the blobs.
struct StagedBlob {
    Digest digest;
    std::uint64_t size;
    Compression compression;
    std::string path;
};

/// A blob while it arrives, block by block.
class BlobWriter {
  public:
    explicit BlobWriter(std::string path);

    void write(std::string_view block);
    /// Forgets what has come: it is going to come anew.
    void start_over();
    /// How much has come.
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// The digest of all that has come; the writer is spent.
    StagedBlob finish();

  private:
    std::string path_;
    Fd file_;
    Hasher hasher_;
    std::uint64_t size_ = 0;
};

/// Receives blobs into a folder of its own, which goes away with it.
class Staging {
  public:
    explicit Staging(const std::string& prefix) : folder_{prefix} {}

    /// Room for a blob that somebody else brings. May be called from any thread.
    BlobWriter begin() { return BlobWriter{folder_ / std::to_string(count_++)}; }
    /// All that the source has.
    StagedBlob receive(Source& source);
    /// The content of the reader's current entry.
    StagedBlob receive(TarReader& reader);

  private:
    TempDir folder_;
    std::atomic<unsigned> count_ = 0;
};

class BlobStore {
  public:
    /// Makes the layout where there is none.
    explicit BlobStore(std::string root);

    [[nodiscard]] bool has(const Digest& digest) const;
    /// @throws SystemError when it is not there
    [[nodiscard]] Fd open(const Digest& digest) const;
    /// A document: its content, verified once more.
    /// @throws BadParameter when it is larger than a document may be, or not what it was
    [[nodiscard]] std::string read(const Digest& digest) const;
    [[nodiscard]] std::uint64_t size(const Digest& digest) const;
    [[nodiscard]] std::vector<Digest> list() const;

    [[nodiscard]] Staging stage() const { return Staging{root_ + "/incoming/"}; }
    /// Gives a staged blob its place. What is there already stays.
    void adopt(const StagedBlob& blob);
    Digest put(std::string_view content);
    void remove(const Digest& digest);

    /// Removes what was arriving when the engine last ended.
    /// @return how many arrivals
    unsigned clean_up();

    [[nodiscard]] std::string index_path() const { return root_ + "/index.json"; }

  private:
    [[nodiscard]] std::string path(const Digest& digest) const;

    std::string root_;
};

}  // namespace minidock::image
