#include "minidock/volumes/store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/log.hpp"
#include "minidock/image/remove_tree.hpp"
#include "minidock/volumes/local_driver.hpp"

namespace minidock::volumes {

namespace fs = std::filesystem;

namespace {

void make_folder(const std::string& path, mode_t mode) {
    if (::mkdir(path.c_str(), mode) < 0 && errno != EEXIST) throw SystemError("make " + path);
}

std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator{folder})
        names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
}

std::string joined(const std::vector<std::string>& ids) {
    std::string text;
    for (const std::string& id : ids)
        text += (text.empty() ? "" : ", ") + id;
    return text;
}

}  // namespace

Store::Store(const std::string& data_root, VolumeListener listener)
    : volumes_{data_root + "/volumes"},
      containers_{data_root + "/containers"},
      listener_{std::move(listener)} {
    make_folder(volumes_, 0701);
    sweep();
}

std::string Store::folder_of(const std::string& name) const {
    return volumes_ + "/" + name;
}

std::string Store::data_folder(const std::string& name) const {
    return folder_of(name) + "/_data";
}

std::optional<Volume> Store::find(const std::string& name) const {
    try {
        check_volume_name(name);  // a name with a slash is no volume's, whatever lies there
        return parse_volume(name, read_json_file(folder_of(name) + "/opts.json"));
    } catch (const BadParameter&) {
        return std::nullopt;
    } catch (const SystemError& error) {
        if (error.error() != ENOENT) throw;
        return std::nullopt;
    }
}

Volume Store::get(const std::string& name) const {
    if (auto volume = find(name)) return std::move(*volume);
    throw NotFound(fmt::format("get {}: no such volume", name));
}

std::vector<Volume> Store::list() const {
    std::vector<Volume> volumes;
    for (const std::string& name : names_in(volumes_)) {
        if (auto volume = find(name)) volumes.push_back(std::move(*volume));
    }
    return volumes;
}

// [create]
Volume Store::create(VolumeWish wish) {
    const std::lock_guard lock{mutex_};
    return make(std::move(wish));
}

Volume Store::make(VolumeWish wish) {
    if (!wish.driver.empty() && wish.driver != "local") {
        throw NotFound(fmt::format("error looking up volume plugin {0}: plugin \"{0}\" not found",
                                   wish.driver));
    }
    if (wish.name.empty()) {
        wish.name = random_id();
        wish.labels[anonymous_label] = "";
    }
    check_volume_name(wish.name);
    if (auto there = find(wish.name)) return std::move(*there);
    try {
        check_options(wish.options);
    } catch (const BadParameter& error) {
        throw BadParameter(fmt::format("create {}: {}", wish.name, error.what()));
    }

    Volume volume{.name = std::move(wish.name),
                  .created = now(),
                  .labels = std::move(wish.labels),
                  .options = std::move(wish.options)};
    const std::string folder = folder_of(volume.name);
    make_folder(folder, 0701);
    make_folder(folder + "/_data", 0755);
    write_atomically(folder + "/opts.json", to_json(volume).dump(1) + "\n", Durability::power_loss);
    log::info("volume {} created", volume.name);
    tell("create", volume.name);
    return volume;
}
// [/create]

void Store::claim(const std::string& container_folder, std::vector<MountRequest>& requests) {
    const std::lock_guard lock{mutex_};
    std::vector<MountPoint> mounts;
    for (MountRequest& request : requests) {
        MountPoint& mount = request.mount;
        if (mount.type == MountType::volume) {
            if (mount.name.empty()) {
                mount.name = request.volume.name = random_id();
                request.volume.labels[anonymous_label] = "";
            }
            mount.source = data_folder(mount.name);
        }
        mounts.push_back(mount);
    }
    // First who needs them, then they themselves: what a crash leaves between is found again.
    save_mounts(container_folder, mounts);
    std::vector<std::string> made;
    try {
        for (MountRequest& request : requests) {
            if (request.mount.type != MountType::volume || find(request.mount.name)) continue;
            request.volume.name = request.mount.name;
            made.push_back(make(request.volume).name);
        }
    } catch (...) {
        for (const std::string& name : made)
            discard(name);
        throw;
    }
}

void Store::remove(const std::string& name) {
    const std::lock_guard lock{mutex_};
    if (!find(name)) throw NotFound(fmt::format("get {}: no such volume", name));
    const References users = references();
    if (const auto found = users.find(name); found != users.end()) {
        throw Conflict(
            fmt::format("remove {}: volume is in use - [{}]", name, joined(found->second)));
    }
    discard(name);
}

std::vector<Volume> Store::prune(const std::function<bool(const Volume&)>& wanted) {
    const std::lock_guard lock{mutex_};
    const References users = references();
    std::vector<Volume> gone;
    for (Volume& volume : list()) {
        if (users.contains(volume.name) || !wanted(volume)) continue;
        discard(volume.name);
        gone.push_back(std::move(volume));
    }
    return gone;
}

void Store::release_anonymous(const std::string& container_id,
                              const std::vector<MountPoint>& mounts) {
    const std::lock_guard lock{mutex_};
    const References users = references();
    for (const MountPoint& mount : mounts) {
        if (!mount.anonymous || !find(mount.name)) continue;
        const auto found = users.find(mount.name);
        const bool others = found != users.end() &&
                            std::any_of(found->second.begin(), found->second.end(),
                                        [&](const std::string& id) { return id != container_id; });
        if (!others) discard(mount.name);
    }
}

/// The tree is taken apart by descriptors, and rmdir(2) refuses a folder that something is mounted
/// on: what lies behind a mount, on the host or a server, is never touched.
void Store::discard(const std::string& name) {
    unmount_volume(data_folder(name));
    const std::string opts = folder_of(name) + "/opts.json";
    if (::unlink(opts.c_str()) < 0) throw SystemError("remove " + opts);
    const Fd volumes = open_file(volumes_, O_RDONLY | O_DIRECTORY);
    image::remove_tree(volumes.get(), name);
    log::info("volume {} removed", name);
    tell("destroy", name);
}

void Store::tell(const std::string& action, const std::string& name) const {
    if (listener_) listener_(action, name);
}

void Store::sweep() {
    const Fd volumes = open_file(volumes_, O_RDONLY | O_DIRECTORY);
    for (const std::string& name : names_in(volumes_)) {
        try {
            const std::string folder = folder_of(name);
            if (fs::exists(folder + "/opts.json")) {
                image::remove_tree(open_file(folder, O_RDONLY | O_DIRECTORY).get(), "_copy");
                continue;
            }
            if (fs::exists(folder + "/_data")) unmount_volume(folder + "/_data");
            image::remove_tree(volumes.get(), name);
            log::warning("volume {} had been created or removed by half: removed", name);
        } catch (const SystemError& error) {
            log::warning("volume {} is left as it is: {}", name, error.what());
        }
    }
    sweep_volumes_of_unborn_containers();
}

/// A container without a config.json was never created, so nobody can ask for its volumes.
void Store::sweep_volumes_of_unborn_containers() {
    if (!fs::exists(containers_)) return;
    for (const std::string& id : names_in(containers_)) {
        const std::string folder = containers_ + "/" + id;
        if (!fs::exists(folder + "/config.json")) release_anonymous(id, load_mounts(folder));
    }
}

std::uint64_t Store::size(const std::string& name) const {
    std::uint64_t bytes = 0;
    std::set<std::pair<dev_t, ino_t>> seen;  // files with several names
    std::error_code error;                   // containers write while we look
    fs::recursive_directory_iterator entry{data_folder(name), error};
    for (; !error && entry != fs::recursive_directory_iterator{}; entry.increment(error)) {
        struct stat info {};
        if (::lstat(entry->path().c_str(), &info) < 0 || !S_ISREG(info.st_mode)) continue;
        if (info.st_nlink > 1 && !seen.emplace(info.st_dev, info.st_ino).second) continue;
        bytes += static_cast<std::uint64_t>(info.st_size);
    }
    return bytes;
}

}  // namespace minidock::volumes
