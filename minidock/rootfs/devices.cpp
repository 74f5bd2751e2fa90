#include "minidock/rootfs/devices.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <array>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/file.hpp"
#include "minidock/base/kernel/identity.hpp"
#include "minidock/base/kernel/mount.hpp"

namespace minidock::rootfs {
namespace {

mode_t type_of(const Device& device) {
    switch (device.type) {
        case 'c':
        case 'u':
            return S_IFCHR;
        case 'b':
            return S_IFBLK;
        case 'p':
            return S_IFIFO;
        default:
            throw BadParameter("device " + device.path.text + ": type '" + device.type +
                               "' is none of c, b, u, p");
    }
}

/// While it lives, nodes get exactly the mode that they are made with.
class NoUmask {
  public:
    NoUmask() : previous_{kernel::umask(0, why)} {}
    ~NoUmask() { kernel::umask(previous_, why); }
    NoUmask(const NoUmask&) = delete;
    NoUmask& operator=(const NoUmask&) = delete;

  private:
    static constexpr Why why{3, "device nodes need the mode they are given, all of it"};
    mode_t previous_;
};

void bind_from_host(const Fd& root, const Device& device) {
    const Fd place = make_mount_point(root, device.path, MountPoint::file);
    kernel::mount({.source = device.path.text,
                   .target = fd_path(place.get()),
                   .flags = MS_BIND,
                   .place = device.path.text},
                  {3, "the host's device: this process may not make nodes"});
}

/// Makes nodes, most of which lie in one folder.
class Nodes {
  public:
    explicit Nodes(const Fd& root) : root_{root} {}

    void make(const Device& device) {
        const auto slash = device.path.text.rfind('/');
        enter({device.path.text.substr(0, slash)});
        const std::string name = device.path.text.substr(slash + 1);
        kernel::mknod(folder_.get(), name, type_of(device) | device.file_mode,
                      makedev(device.major, device.minor), {3, "a device of the container's own"});
        if (device.uid == 0 && device.gid == 0) return;
        kernel::chown(folder_.get(), name, device.uid, device.gid, {3, "the device's owner"});
    }

  private:
    void enter(const PathInRoot& folder) {
        if (folder_ && folder.text == name_) return;
        folder_ = make_mount_point(root_, folder, MountPoint::folder);
        name_ = folder.text;
    }

    const Fd& root_;
    Fd folder_;
    std::string name_;
};

}  // namespace

std::vector<Device> default_devices() {
    return {{{"/dev/null"}, 'c', 1, 3},   {{"/dev/zero"}, 'c', 1, 5},    {{"/dev/full"}, 'c', 1, 7},
            {{"/dev/random"}, 'c', 1, 8}, {{"/dev/urandom"}, 'c', 1, 9}, {{"/dev/tty"}, 'c', 5, 0}};
}

void make_devices(const Fd& root, const std::vector<Device>& devices) {
    const NoUmask no_umask;
    Nodes nodes{root};
    bool may_make_nodes = true;
    for (const Device& device : devices) {
        if (may_make_nodes) {
            try {
                nodes.make(device);
                continue;
            } catch (const SystemError& error) {
                if (error.error() != EPERM) throw;
                may_make_nodes = false;
            }
        }
        bind_from_host(root, device);
    }
}

void make_device_links(const Fd& root) {
    struct Link {
        const char* name;
        const char* content;
    };
    constexpr std::array links{
        Link{"ptmx", "pts/ptmx"},          Link{"fd", "/proc/self/fd"},
        Link{"stdin", "/proc/self/fd/0"},  Link{"stdout", "/proc/self/fd/1"},
        Link{"stderr", "/proc/self/fd/2"},
    };
    const Fd dev = make_mount_point(root, {"/dev"}, MountPoint::folder);
    for (const Link& link : links) {
        kernel::symlink(link.content, dev.get(), link.name, {3, "a name that programs expect"});
    }
}

}  // namespace minidock::rootfs
