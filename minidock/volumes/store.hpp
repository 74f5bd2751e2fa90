// The volumes of this machine, in the data root:
//
//   volumes/NAME/_data/     what containers see
//   volumes/NAME/opts.json  labels and options; written last, and removed first: a folder without
//                           it is a volume that was made or removed by half, and is swept away
//
// Every function may be called from any thread.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "minidock/volumes/mount_request.hpp"
#include "minidock/volumes/references.hpp"
#include "minidock/volumes/volume.hpp"

namespace minidock::volumes {

/// Is told what has happened to a volume: "create", "destroy". It must not call the store.
using VolumeListener = std::function<void(const std::string& action, const std::string& name)>;

class Store {
  public:
    /// Opens the store, or makes it, and removes what a crash has left by half.
    explicit Store(const std::string& data_root, VolumeListener listener = {});
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    /// @return the volume of that name, made if it was not there
    /// @throws BadParameter, Unsupported; NotFound for an unknown driver
    Volume create(VolumeWish wish);
    /// @throws NotFound "get x: no such volume"
    [[nodiscard]] Volume get(const std::string& name) const;
    /// All, by name.
    [[nodiscard]] std::vector<Volume> list() const;
    /// @throws NotFound; Conflict while a container uses it, also one that does not run
    void remove(const std::string& name);
    /// Removes those that no container uses and that `wanted` says yes to.
    std::vector<Volume> prune(const std::function<bool(const Volume&)>& wanted);

    /// Makes the volumes that a new container needs, and writes down that it needs them, in one
    /// step that no removal can come between: all of them, or none. Fills in names and sources.
    void claim(const std::string& container_folder, std::vector<MountRequest>& requests);
    /// Removes the anonymous ones of a container's volumes, except those that others use.
    /// @param container_id  whose own use does not count
    void release_anonymous(const std::string& container_id, const std::vector<MountPoint>& mounts);

    [[nodiscard]] References references() const { return find_references(containers_); }
    /// volumes/NAME/_data
    [[nodiscard]] std::string data_folder(const std::string& name) const;
    /// The bytes in a volume's files; a file with several names counts once.
    [[nodiscard]] std::uint64_t size(const std::string& name) const;

  private:
    [[nodiscard]] std::string folder_of(const std::string& name) const;
    [[nodiscard]] std::optional<Volume> find(const std::string& name) const;
    Volume make(VolumeWish wish);
    void discard(const std::string& name);
    void tell(const std::string& action, const std::string& name) const;
    void sweep();
    void sweep_volumes_of_unborn_containers();

    const std::string volumes_;     // the folder
    const std::string containers_;  // the folder
    const VolumeListener listener_;
    mutable std::mutex mutex_;  // held while volumes are made or removed, so that what is used
                                // is not removed, and what is being removed is not used
};

}  // namespace minidock::volumes
