// The images of this machine: their content (blob_store.hpp), their layers as folders
// (layer_store.hpp) and their names (catalogue.hpp), kept in step. What comes in is checked and
// unpacked first and listed last, so a failure or a crash half-way leaves nothing that is listed
// and not whole; what is not listed any more, and nobody needs, is removed.
//
// Every function may be called from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "minidock/image/archive.hpp"
#include "minidock/image/blob_store.hpp"
#include "minidock/image/catalogue.hpp"
#include "minidock/image/image.hpp"
#include "minidock/image/layer_store.hpp"

namespace minidock::image {

/// How far a layer has been unpacked. Reported from several threads, one at a time.
struct LayerProgress {
    Digest diff_id;
    std::uint64_t done;  ///< bytes of its blob
    std::uint64_t total;
};
using ProgressSink = std::function<void(const LayerProgress&)>;

struct LoadedImage {
    Digest id;
    std::vector<Reference> names;
};

/// What an image made of a plain tar is given besides its layer.
struct ImportOptions {
    std::string message;  ///< the comment in its history; empty for "Imported from -"
    Platform platform = Platform::host();
    RunConfig config = {};
    std::optional<Reference> name = std::nullopt;
};

class Store {
  public:
    /// Opens the store in `root`/images and `root`/layers, or makes it. Removes what a crash left
    /// unfinished, and unpacks again what is missing; both are said in the log.
    explicit Store(const std::string& root, const UnpackLimits& limits = {});
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    /// An image by name, ID or start of an ID.
    /// @throws NotFound "No such image: busybox:latest"
    [[nodiscard]] Image get(std::string_view name_or_id) const;
    /// All images, the youngest first.
    [[nodiscard]] std::vector<Image> list() const;
    /// The text of the image's config, as it arrived.
    [[nodiscard]] std::string config_text(const Image& image) const;
    /// The text of its manifest, likewise.
    [[nodiscard]] std::string manifest_text(const Image& image) const;
    /// A layer or config as it is stored, for somebody who holds the image.
    [[nodiscard]] Fd open_blob(const Digest& digest) const { return blobs_.open(digest); }
    [[nodiscard]] std::uint64_t blob_size(const Digest& digest) const {
        return blobs_.size(digest);
    }
    /// The folders of the image's layers, lowest first.
    [[nodiscard]] std::vector<std::string> layer_folders(const Image& image) const;

    /// Takes in all images of an archive, or none.
    /// @throws BadParameter when the archive is damaged, hostile, or no archive of images
    std::vector<LoadedImage> load(Source& archive, const ProgressSink& progress = {});
    /// An image that comes in piece by piece, as from a registry: arrival.hpp.
    class Arrival;
    /// Room for blobs that are to become layers.
    [[nodiscard]] Staging stage() const { return blobs_.stage(); }
    /// Makes an image of one layer out of a tar of its files, plain or compressed.
    Digest import(Source& tar, const ImportOptions& options);

    /// Gives an image a further name; another image of that name loses it.
    void tag(std::string_view name_or_id, const Reference& name);
    /// Removes a name, and the image with its last one; or, given an ID, the image with its name.
    /// @param force  although stopped containers use it, or it has several names
    /// @throws NotFound; Conflict saying what stands against it
    std::vector<Removal> remove(std::string_view name_or_id, bool force);

    /// Who knows the containers says here how to ask for those made from images. Called without
    /// any lock of the store's held.
    void set_users(std::function<std::vector<ImageUser>()> users);
    /// The containers made from images, as whoever knows them tells it now.
    [[nodiscard]] std::vector<ImageUser> users() const;
    /// Removes layers and blobs that no image and no container needs. To be called at the start,
    /// once the users are set, and after the removal of a container whose image is gone.
    void collect_garbage();

    /// Keeps an image from being removed, from when it is looked up for a new container until that
    /// container is among the users.
    class Hold {
      public:
        Hold(Hold&& other) noexcept
            : store_{std::exchange(other.store_, nullptr)}, id_{std::move(other.id_)} {}
        Hold& operator=(Hold&&) = delete;
        ~Hold();

      private:
        friend class Store;
        Hold(Store* store, const Digest& id) : store_{store}, id_{id} {}
        Store* store_;
        Digest id_;
    };
    /// @throws NotFound when the image has gone meanwhile
    [[nodiscard]] Hold hold(const Digest& id);

  private:
    class Pins;
    struct Garbage;
    struct Layer;

    void read_index();
    void unpack_again(const Image& image);
    Image image_of(const Manifest& manifest, const Digest& digest, std::uint64_t size,
                   ImageConfig config) const;
    [[nodiscard]] Image with_layer_sizes(Image image) const;
    void unpack_missing(const ReceivedArchive& archive, const std::vector<ArrivedImage>& images,
                        const ProgressSink& progress);
    void unpack_layer(const Fd& blob, const Layer& layer, const ProgressSink& progress);
    void keep_blobs(const ReceivedArchive& archive, const ArrivedImage& image);
    static ArrivedImage image_of_import(const StagedBlob& blob, const Digest& diff_id,
                                        const ImportOptions& options);
    std::vector<LoadedImage> enlist(const std::vector<ArrivedImage>& images);
    void commit(Catalogue changed);

    /// Takes the lock, with a list of users that is true while it is held.
    std::unique_lock<std::mutex> lock_with_users(std::vector<ImageUser>& users);
    [[nodiscard]] Garbage find_garbage(const std::vector<ImageUser>& users) const;
    /// @param unfinished  gets the names of what is left for finish_removal()
    void discard(const Garbage& garbage, std::vector<std::string>& unfinished);
    void release(const Digest& held);

    BlobStore blobs_;
    LayerStore layers_;
    UnpackLimits limits_;

    mutable std::mutex mutex_;
    // All below is guarded by mutex_.
    Catalogue catalogue_;
    std::function<std::vector<ImageUser>()> users_;
    std::map<Digest, unsigned> holds_;
    std::uint64_t releases_ = 0;       ///< how many holds have ended
    std::map<Digest, unsigned> pins_;  ///< blobs and chain IDs of what is just coming in
};

}  // namespace minidock::image
