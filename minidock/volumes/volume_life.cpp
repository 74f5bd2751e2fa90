#include "minidock/volumes/volume_life.hpp"

#include <fmt/format.h>
#include <sys/mount.h>

#include <algorithm>
#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/log.hpp"
#include "minidock/rootfs/overlay.hpp"
#include "minidock/volumes/copy_up.hpp"
#include "minidock/volumes/host_mounts.hpp"
#include "minidock/volumes/local_driver.hpp"
#include "minidock/volumes/mount_plan.hpp"

namespace minidock::volumes {

namespace fs = std::filesystem;
using containers::Container;
using containers::ContainerPtr;

std::vector<std::string> VolumeLife::serves() const {
    return {"Binds", "Mounts", "VolumesFrom", "Volumes", "VolumeDriver"};
}

// [created]
void VolumeLife::created(const Container& container, std::vector<std::string>& /*warnings*/) try {
    std::vector<MountRequest> requests = plan_mounts(
        container.definition(),
        [&](const std::string& other) { return load_mounts(containers_.get(other)->folder()); });
    if (requests.empty()) return;
    store_.claim(container.folder(), requests);
    try {
        fill(container, requests);
    } catch (...) {
        removed(container, true);
        throw;
    }
} catch (const NotFound& error) {
    // A client that gets a 404 here believes that the image is missing.
    throw BadParameter(error.what());
}
// [/created]

void VolumeLife::fill(const Container& container, const std::vector<MountRequest>& requests) {
    const bool wanted = std::any_of(requests.begin(), requests.end(), [](const MountRequest& r) {
        return r.mount.type == MountType::volume && r.mount.copy_up;
    });
    if (!wanted) return;
    // With the writable layer, which is empty yet: an overlay has at least two folders.
    std::vector<std::string> folders = container.definition().layers;
    folders.push_back(container.folder() + "/upper");
    const Fd root = rootfs::open_overlay({.lower = std::move(folders), .upper = "", .work = ""});
    for (const MountRequest& request : requests) {
        if (request.mount.type == MountType::volume && request.mount.copy_up)
            fill_one(root, container, request.mount);
    }
}

void VolumeLife::fill_one(const Fd& root, const Container& container, const MountPoint& mount) {
    const Fd content = find_folder_in_root(root, {mount.destination});
    if (!content) {
        if (mount.anonymous && rootfs::find_in_root(root, {mount.destination}, O_PATH)) {
            throw BadParameter(fmt::format("cannot mount volume over existing file, file exists {}",
                                           mount.destination));
        }
        return;
    }
    const Volume volume = store_.get(mount.name);
    const std::string folder = store_.data_folder(mount.name);
    const std::lock_guard lock{mutex_};
    mount_volume(volume, folder);
    const References users = store_.references();
    const auto found = users.find(mount.name);
    const bool alone = found == users.end() || found->second.size() <= 1;
    copy_up(content, fs::path{folder}.parent_path(), alone && !needs_mount(volume));
    if (!is_held_by_others(mount.name, container.id())) unmount_volume(folder);
}

void VolumeLife::prepare(const Container& container, Json& spec) {
    const std::vector<MountPoint> mounts = load_mounts(container.folder());
    if (mounts.empty()) return;
    std::vector<std::string> sources;
    for (std::size_t i = 0; i < mounts.size(); ++i) {
        prepare_source(mounts[i]);
        sources.push_back(source_of(container, mounts[i], i));
    }
    add_to_spec(spec, mounts, sources);
    set_root_propagation(spec, mounts);
}

void VolumeLife::before_start(const Container& container) {
    const std::vector<MountPoint> mounts = load_mounts(container.folder());
    if (mounts.empty()) return;
    hold(container, mounts);
    mount_subpaths(container, mounts);
    for (const MountPoint& mount : mounts)
        tell("mount", container, mount);
}

void VolumeLife::after_exit(const Container& container) noexcept {
    try {
        unmount_subpaths(container);
        let_go(container);
        for (const MountPoint& mount : load_mounts(container.folder()))
            tell("unmount", container, mount);
    } catch (const std::exception& error) {
        log::warning("container {}: {}", short_id(container.id()), error.what());
    }
}

void VolumeLife::removed(const Container& container, bool volumes) {
    if (volumes) store_.release_anonymous(container.id(), load_mounts(container.folder()));
}

void VolumeLife::describe(const Container& container, Json& inspect) const {
    inspect["Mounts"] = describe_mounts(load_mounts(container.folder()));
}

void VolumeLife::summarize(const Container& container, Json& entry) const {
    entry["Mounts"] = describe_mounts(load_mounts(container.folder()));
}

/// From here on, until let_go(), nobody unmounts what the container is about to bind.
void VolumeLife::hold(const Container& container, const std::vector<MountPoint>& mounts) {
    const std::lock_guard lock{mutex_};
    starting_.insert(container.id());
    for (const MountPoint& mount : mounts) {
        if (mount.type == MountType::volume)
            mount_volume(store_.get(mount.name), store_.data_folder(mount.name));
    }
}

void VolumeLife::let_go(const Container& container) {
    const std::lock_guard lock{mutex_};
    starting_.erase(container.id());
    for (const MountPoint& mount : load_mounts(container.folder())) {
        if (mount.type != MountType::volume) continue;
        const std::string folder = store_.data_folder(mount.name);
        if (fs::exists(folder) && !is_held_by_others(mount.name, container.id()))
            unmount_volume(folder);
    }
}

bool VolumeLife::is_held_by_others(const std::string& volume, const std::string& id) const {
    const std::vector<ContainerPtr> all = containers_.list();
    return std::any_of(all.begin(), all.end(), [&](const ContainerPtr& other) {
        if (other->id() == id) return false;
        if (!other->state().is_running() && !starting_.contains(other->id())) return false;
        const std::vector<MountPoint> mounts = load_mounts(other->folder());
        return std::any_of(mounts.begin(), mounts.end(),
                           [&](const MountPoint& m) { return m.name == volume; });
    });
}

std::string VolumeLife::subpath_folder(const Container& container) const {
    return containers_.places().exec_root + "/volumes/" + container.id();
}

std::string VolumeLife::source_of(const Container& container, const MountPoint& mount,
                                  std::size_t number) const {
    if (mount.subpath.empty()) return mount.source;
    return subpath_folder(container) + "/" + std::to_string(number);
}

void VolumeLife::mount_subpaths(const Container& container, const std::vector<MountPoint>& mounts) {
    const std::lock_guard lock{mutex_};  // the folder above goes with the last container's part
    for (std::size_t i = 0; i < mounts.size(); ++i) {
        if (!mounts[i].subpath.empty())
            mount_subpath(mounts[i].source, mounts[i].subpath, source_of(container, mounts[i], i));
    }
}

void VolumeLife::tell(const std::string& action, const Container& container,
                      const MountPoint& mount) const {
    if (mount.type != MountType::volume) return;
    std::map<std::string, std::string> attributes{{"container", container.id()},
                                                  {"driver", "local"}};
    if (action == "mount") {
        attributes["destination"] = mount.destination;
        attributes["propagation"] = mount.propagation;
        attributes["read/write"] = mount.writable ? "true" : "false";
    }
    containers_.events().publish({.type = "volume",
                                  .action = action,
                                  .id = mount.name,
                                  .attributes = std::move(attributes)});
}

void VolumeLife::unmount_subpaths(const Container& container) {
    const std::lock_guard lock{mutex_};
    remove_subpath_mounts(subpath_folder(container));
}

}  // namespace minidock::volumes
