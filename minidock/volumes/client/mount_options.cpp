#include "minidock/volumes/client/mount_options.hpp"

#include <algorithm>
#include <filesystem>

#include "minidock/base/error.hpp"

namespace minidock::volumes {

void MountOptions::add_to(client::CommandLine& line) {
    line.add_list("-v,--volume", volumes_, "Bind mount a volume");
    line.add_list("--mount", mounts_, "Attach a filesystem mount to the container");
    line.add_list("--volumes-from", volumes_from_, "Mount volumes from the specified container(s)");
    line.add_list("--tmpfs", tmpfs_, "Mount a tmpfs directory");
    line.app().add_option("--volume-driver", volume_driver_,
                          "Optional volume driver for the container");
}

std::string with_absolute_source(const std::string& bind) {
    const bool relative = bind.starts_with("./") || bind.starts_with("../") ||
                          bind.starts_with(".:") || bind.starts_with("..:");
    if (!relative) return bind;
    const std::size_t colon = bind.find(':');
    if (colon == std::string::npos) return bind;
    return std::filesystem::absolute(bind.substr(0, colon)).lexically_normal().string() +
           bind.substr(colon);
}

void MountOptions::complete(Json& body) const {
    Json& host = body["HostConfig"];
    for (const std::string& volume : volumes_) {
        // "/x" alone is an anonymous volume, and Config's; the rest are binds.
        if (volume.find(':') == std::string::npos) {
            body["Volumes"][volume] = Json::object();
        } else {
            host["Binds"].push_back(with_absolute_source(volume));
        }
    }
    for (const std::string& mount : mounts_)
        host["Mounts"].push_back(parse_mount_option(mount));
    if (!volumes_from_.empty()) host["VolumesFrom"] = volumes_from_;
    if (!volume_driver_.empty()) host["VolumeDriver"] = volume_driver_;
    for (const std::string& tmpfs : tmpfs_) {
        const std::size_t colon = tmpfs.find(':');
        host["Tmpfs"][tmpfs.substr(0, colon)] =
            colon == std::string::npos ? "" : tmpfs.substr(colon + 1);
    }
}

}  // namespace minidock::volumes
