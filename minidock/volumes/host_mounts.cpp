#include "minidock/volumes/host_mounts.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <linux/stat.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <sstream>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/kernel/mount.hpp"
#include "minidock/base/log.hpp"
#include "minidock/volumes/local_driver.hpp"

namespace minidock::volumes {

namespace fs = std::filesystem;

namespace {

struct MountInfo {
    std::string point;
    std::string optional_fields;  ///< "shared:1", "master:2"
};

/// The mount that a path lies on, as /proc/self/mountinfo has it (proc_pid_mountinfo(5)).
MountInfo mount_of(const std::string& path) {
    struct statx status {};
    if (::statx(AT_FDCWD, path.c_str(), 0, STATX_MNT_ID, &status) < 0)
        throw SystemError("look at " + path);
    std::istringstream lines{read_file("/proc/self/mountinfo")};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        std::uint64_t id = 0;
        std::string skipped;
        MountInfo info;
        words >> id >> skipped >> skipped >> skipped >> info.point >> skipped;
        if (id != status.stx_mnt_id) continue;
        for (std::string word; words >> word && word != "-";)
            info.optional_fields += word + " ";
        return info;
    }
    return {};
}

bool is_shared(const std::string& propagation) {
    return propagation == "shared" || propagation == "rshared";
}
bool is_slave(const std::string& propagation) {
    return propagation == "slave" || propagation == "rslave";
}

/// Mounts can only be handed on by a mount that has peers.
void check_propagation(const MountPoint& mount) {
    if (!is_shared(mount.propagation) && !is_slave(mount.propagation)) return;
    const MountInfo info = mount_of(mount.source);
    const bool shared = info.optional_fields.find("shared:") != std::string::npos;
    const bool slave = info.optional_fields.find("master:") != std::string::npos;
    if (shared || (slave && is_slave(mount.propagation))) return;
    throw BadParameter(fmt::format(
        "path {} is mounted on {} but it is not a shared{} mount. Make "
        "it one: mount --make-shared {}",
        mount.source, info.point, is_slave(mount.propagation) ? " or slave" : "", info.point));
}

// [open-subpath]
/// Like a path in a container's root, but what leads out of the volume is refused, not bent.
Fd open_subpath(const std::string& volume, const std::string& subpath) {
    const Fd top = open_file(volume, O_PATH | O_DIRECTORY);
    // lab 09.4: open the subpath with openat2(2) so that the kernel refuses whatever leads out of
    // the volume. The descriptor is only to be mounted from: O_PATH.
    open_how how{};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    long fd = -1;
    do {
        fd = ::syscall(SYS_openat2, top.get(), subpath.c_str(), &how, sizeof how);
    } while (fd < 0 && errno == EAGAIN);  // something was renamed meanwhile
    if (fd >= 0) return Fd{static_cast<int>(fd)};
    // end lab
    if (errno == EXDEV)
        throw BadParameter(fmt::format("subpath {} leads out of the volume", subpath));
    throw BadParameter(fmt::format("cannot access path {} in the volume: {}", subpath,
                                   SystemError("open").code().message()));
}
// [/open-subpath]

void make_place(const std::string& place, const Fd& like) {
    fs::create_directories(fs::path{place}.parent_path());
    struct stat info {};
    if (::fstat(like.get(), &info) < 0) throw SystemError("look at a volume's part");
    if (S_ISDIR(info.st_mode)) {
        fs::create_directories(place);
    } else {
        open_file(place, O_WRONLY | O_CREAT, 0600);
    }
}

}  // namespace

void prepare_source(const MountPoint& mount) {
    if (mount.type != MountType::bind) return;
    struct stat there {};
    if (::stat(mount.source.c_str(), &there) < 0) {
        if (!mount.create_source)
            throw BadParameter(
                "invalid mount config for type \"bind\": bind source path does not "
                "exist: " +
                mount.source);
        std::error_code error;
        fs::create_directories(mount.source, error);
        if (error)
            throw BadParameter(fmt::format("error while creating mount source path '{}': {}",
                                           mount.source, error.message()));
        log::info("made the folder {}, which a container mounts", mount.source);
    }
    check_propagation(mount);
}

void set_root_propagation(Json& spec, const std::vector<MountPoint>& mounts) {
    const auto any = [&](bool (*fits)(const std::string&)) {
        return std::any_of(mounts.begin(), mounts.end(),
                           [&](const MountPoint& mount) { return fits(mount.propagation); });
    };
    if (any(is_shared)) {
        spec["linux"]["rootfsPropagation"] = "shared";
    } else if (any(is_slave)) {
        spec["linux"]["rootfsPropagation"] = "rslave";
    }
}

void mount_subpath(const std::string& volume, const std::string& subpath,
                   const std::string& place) {
    const Fd part = open_subpath(volume, subpath);
    make_place(place, part);
    const Fd copy =
        kernel::open_tree(part.get(), "", OPEN_TREE_CLONE | AT_EMPTY_PATH | AT_RECURSIVE,
                          {9, "a detached copy of the volume, from the open subpath on"});
    const Fd onto = open_file(place, O_PATH | O_NOFOLLOW);
    kernel::attach_mount(copy.get(), onto.get(), {9, "a path that the runtime can be told"});
}

void remove_subpath_mounts(const std::string& folder) {
    if (!fs::exists(folder)) return;
    for (const auto& entry : fs::directory_iterator{folder}) {
        while (is_mount_point(entry.path()))
            kernel::umount(entry.path(), MNT_DETACH, {9, "the container has its own copy"});
        fs::remove(entry.path());  // empty now, or it stays: never what lies behind a mount
    }
    std::error_code others;  // other containers' parts keep the folder above
    fs::remove(folder, others);
    fs::remove(fs::path{folder}.parent_path(), others);
}

}  // namespace minidock::volumes
