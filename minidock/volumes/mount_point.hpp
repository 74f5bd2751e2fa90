// What is mounted in a container, where, and how: decided when the container is created, and kept
// beside its config.json in mounts.json. These files are the only record of who uses which volume:
// nothing is counted, so no crash can leave a count that is wrong.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "minidock/base/json.hpp"

namespace minidock::volumes {

enum class MountType { bind, volume, tmpfs };

/// How far "read-only" reaches when other mounts lie below the source.
enum class ReadOnlyReach {
    top,        ///< only the mount itself: what is mounted below it stays writable
    below_too,  ///< mount_setattr(2) with AT_RECURSIVE
};

struct MountPoint {
    MountType type = MountType::bind;
    std::string name;         ///< of the volume
    std::string source;       ///< on the host: what is bound, or the volume's data folder
    std::string destination;  ///< in the container: absolute, and in its shortest form
    std::string mode;         ///< the words behind -v's second colon, as inspect shows them
    bool writable = true;
    bool recursive = true;  ///< with what is mounted below the source
    ReadOnlyReach read_only_reach = ReadOnlyReach::below_too;
    std::string propagation;     ///< of a bind mount: "rprivate", "rslave", …
    bool create_source = false;  ///< a bind mount's missing source becomes a folder
    bool copy_up = false;        ///< an empty volume is filled with what the image has there
    bool anonymous = false;      ///< nobody named the volume: it may go with its container
    std::string subpath;         ///< a part of the volume, relative to its root
    std::vector<std::string> tmpfs_options;
};

/// FOLDER/mounts.json, where FOLDER is the container's.
void save_mounts(const std::string& container_folder, const std::vector<MountPoint>& mounts);
/// @return none for a container that was made before there were volumes
std::vector<MountPoint> load_mounts(const std::string& container_folder);

/// As inspect's Mounts and the list of containers show them: MountPoint of the Engine API.
Json describe_mounts(const std::vector<MountPoint>& mounts);

/// The options of a mount's entry in config.json's "mounts".
std::vector<std::string> oci_options(const MountPoint& mount);

/// The container's other mounts and these as the runtime is told of them, parents before what lies
/// below them. A mount of the user's takes the place of a default one ("/dev/shm").
/// @param sources  where each of `mounts` is found: its source, or where its subpath was opened
void add_to_spec(Json& spec, const std::vector<MountPoint>& mounts,
                 const std::vector<std::string>& sources);

}  // namespace minidock::volumes
