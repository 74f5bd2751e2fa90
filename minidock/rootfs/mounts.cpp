#include "minidock/rootfs/mounts.hpp"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/stat.h>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/mount.hpp"
#include "minidock/rootfs/copy_tree.hpp"
#include "minidock/rootfs/mount_options.hpp"

namespace minidock::rootfs {
namespace {

MountPoint kind_of(const Fd& source) {
    struct stat info {};
    if (::fstat(source.get(), &info) < 0) throw SystemError("look at the source of a mount");
    return S_ISDIR(info.st_mode) ? MountPoint::folder : MountPoint::file;
}

/// Everything that is set on a mount after it was made, in as few calls as it takes.
void set_attributes(const Fd& mount, const FlagChange& flags, const MountOptions& options) {
    if (!flags.empty()) {
        kernel::mount_setattr(mount.get(), false, to_attributes(flags),
                              {3, "the mount's own flags: read-only, nosuid, …"});
    }
    if (!options.recursive.empty()) {
        kernel::mount_setattr(mount.get(), true, to_attributes(options.recursive),
                              {3, "the same flags for all mounts below"});
    }
    for (const unsigned long propagation : options.propagation) {
        kernel::mount_setattr(mount.get(), (propagation & MS_REC) != 0,
                              {.propagation = propagation & ~static_cast<unsigned long>(MS_REC)},
                              {3, "which mounts are passed on between namespaces"});
    }
}

// [bind]
Fd detached_copy(const Mount& mount, const MountOptions& options) {
    const unsigned recursive = options.flags.set & MS_REC ? AT_RECURSIVE : 0U;
    return kernel::open_tree(AT_FDCWD, mount.source, OPEN_TREE_CLONE | recursive,
                             {3, "a detached copy of the mount, to be placed inside"});
}

/// A bind mount is a copy of a mount. It gets its flags while it is still detached: nobody ever
/// sees a read-only volume that can be written. (mount(2) ignores MS_RDONLY on MS_BIND, and needs a
/// second call, a remount.)
void bind_in_root(const Fd& root, const Mount& mount, const MountOptions& options, const Fd& copy) {
    const Fd place = make_mount_point(root, mount.destination, kind_of(copy));
    set_attributes(copy, options.flags, options);
    kernel::attach_mount(copy.get(), place.get(),
                         {3, "onto a descriptor: no link can redirect it"});
}
// [/bind]

MountOptions options_of(const Mount& mount) {
    MountOptions options = parse_mount_options(mount.options);
    if (mount.type == "bind") options.flags.set |= MS_BIND;
    return options;
}

/// /proc and /sys must lie where their name says, or what is later masked and made read-only in
/// them would be elsewhere.
bool must_be_a_real_folder(const Mount& mount) {
    return mount.type == "proc" || mount.type == "sysfs";
}

void refuse_link(const Fd& root, const Mount& mount) {
    const Fd there = find_in_root(root, mount.destination, O_PATH | O_NOFOLLOW);
    struct stat info {};
    if (there && ::fstat(there.get(), &info) == 0 && S_ISLNK(info.st_mode)) {
        throw SystemError(mount.type + " needs a real folder, not a link", ELOOP);
    }
}

void make_file_system_in_root(const Fd& root, const Mount& mount, const MountOptions& options) {
    if (must_be_a_real_folder(mount)) refuse_link(root, mount);
    const Fd place = make_mount_point(root, mount.destination, MountPoint::folder);
    // A file system that is to be filled first becomes read-only afterwards.
    const unsigned long late = options.copy_up ? options.flags.set & MS_RDONLY : 0UL;
    kernel::mount({.source = mount.source.empty() ? mount.type : mount.source,
                   .target = fd_path(place.get()),
                   .type = mount.type,
                   .flags = options.flags.set & ~late,
                   .data = options.data,
                   .place = mount.destination.text},
                  {3, "a new file system inside the container's root"});
    if (!options.copy_up && options.recursive.empty() && options.propagation.empty()) return;
    const Fd top = open_in_root(root, mount.destination, O_PATH | O_DIRECTORY);
    if (options.copy_up) copy_tree(place, top);
    set_attributes(top, {.set = late}, options);
}

}  // namespace

// [id-mapped]
Fd id_mapped_copy(const Mount& mount, const Fd& user_namespace) {
    const MountOptions options = options_of(mount);
    if (!options.is_bind()) {
        throw Unsupported("mount on " + mount.destination.text +
                          ": only bind mounts can have id mappings");
    }
    Fd copy = detached_copy(mount, options);
    kernel::mount_setattr(
        copy.get(), options.map_ids_below,
        {.set = MOUNT_ATTR_IDMAP, .user_namespace = user_namespace.get()},
        {3, "files appear as those of the ids that the map has for their owners"});
    return copy;
}
// [/id-mapped]

void mount_in_root(const Fd& root, const Mount& mount, const Fd& copy) try {
    const MountOptions options = options_of(mount);
    if (options.is_bind()) {
        bind_in_root(root, mount, options, copy ? duplicate(copy) : detached_copy(mount, options));
    } else {
        make_file_system_in_root(root, mount, options);
    }
} catch (const SystemError& error) {
    const std::string& what = mount.source.empty() ? mount.type : mount.source;
    throw SystemError("mount " + what + " on " + mount.destination.text + " in the container",
                      error.error());
}

std::vector<Mount> default_mounts() {
    return {
        {{"/proc"}, "proc", "proc", {"nosuid", "noexec", "nodev"}},
        {{"/dev"}, "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}},
        {{"/dev/pts"},
         "devpts",
         "devpts",
         {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}},
        {{"/sys"}, "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"}},
        {{"/dev/mqueue"}, "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}},
        {{"/dev/shm"}, "tmpfs", "shm", {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}},
    };
}

std::vector<PathInRoot> default_masked_paths() {
    return {{"/proc/acpi"},        {"/proc/asound"},  {"/proc/interrupts"},
            {"/proc/kcore"},       {"/proc/keys"},    {"/proc/latency_stats"},
            {"/proc/sched_debug"}, {"/proc/scsi"},    {"/proc/timer_list"},
            {"/proc/timer_stats"}, {"/sys/firmware"}, {"/sys/devices/virtual/powercap"}};
}

std::vector<PathInRoot> default_read_only_paths() {
    return {{"/proc/bus"}, {"/proc/fs"}, {"/proc/irq"}, {"/proc/sys"}, {"/proc/sysrq-trigger"}};
}

}  // namespace minidock::rootfs
