// Layers as folders, ready to be stacked by overlayfs: layers/CHAIN-ID/diff, with the sum of its
// files' sizes beside it in `size`.
//
// A layer is unpacked in layers/unfinished/ and moved to its place by one rename(2), and removed
// the other way round, so whatever has the name of a chain ID is whole. What a crash leaves in
// unfinished/ is removed at the next start.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/image/digest.hpp"
#include "minidock/image/source.hpp"
#include "minidock/image/tree_writer.hpp"

namespace minidock::image {

/// A layer that has been unpacked and has no place yet; without one it is removed with its owner.
class UnpackedLayer {
  public:
    UnpackedLayer(int layers, std::string name, std::string what);
    UnpackedLayer(UnpackedLayer&& other) noexcept;
    UnpackedLayer& operator=(UnpackedLayer&&) = delete;
    ~UnpackedLayer();

    /// Reads a layer's tar and writes its tree.
    /// @param known  the digest of the unpacked tar where it is known to be true; else it is
    /// computed
    void unpack(Source& blob, Compression compression, const std::optional<Digest>& known,
                const UnpackLimits& limits);

    /// The digest of the unpacked tar.
    [[nodiscard]] const Digest& diff_id() const { return *diff_id_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// Moves it to its place, unless somebody else was faster.
    void place(const Digest& chain_id);

  private:
    int layers_;
    std::string name_;  ///< below layers/; empty when it has been placed
    std::string what_;
    std::optional<Digest> diff_id_;
    std::uint64_t size_ = 0;
};

class LayerStore {
  public:
    explicit LayerStore(std::string root);

    /// Room for a layer. @param what  names it in errors: "layer sha256:…"
    [[nodiscard]] UnpackedLayer begin(const std::string& what);

    [[nodiscard]] bool has(const Digest& chain_id) const;
    /// The folder to be given to overlayfs.
    [[nodiscard]] std::string folder(const Digest& chain_id) const;
    [[nodiscard]] std::uint64_t size(const Digest& chain_id) const;
    [[nodiscard]] std::vector<Digest> list() const;

    /// Takes a layer's name away, at once.
    /// @return the name of what is left to be removed by finish_removal(), which takes its time
    std::string begin_removal(const Digest& chain_id);
    void finish_removal(const std::string& name);

    /// Removes what was being unpacked or removed when the engine last ended.
    /// @return how many layers
    unsigned clean_up();

  private:
    std::string root_;
    Fd root_fd_;
};

}  // namespace minidock::image
