// A container's /dev: a few nodes on a tmpfs, instead of the host's. See the OCI runtime
// specification, config-linux.md, "Default Devices", and null(4), random(4), pts(4).
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/rootfs/open_in_root.hpp"

namespace minidock::rootfs {

/// One entry of config.json's "linux.devices".
struct Device {
    PathInRoot path;
    char type = 'c';  ///< 'c' or 'u' for a character device, 'b' for a block device, 'p' for a FIFO
    unsigned major = 0;
    unsigned minor = 0;
    mode_t file_mode = 0666;
    uid_t uid = 0;
    gid_t gid = 0;
};

/// null, zero, full, random, urandom and tty: what the specification says is always there.
std::vector<Device> default_devices();

/// Makes the nodes in the container's root. Who may not make device nodes (a user namespace, or a
/// host that is itself a container) gets the host's nodes by bind mounts instead.
/// @throws SystemError naming the node
void make_devices(const Fd& root, const std::vector<Device>& devices);

/// The links that programs expect: /dev/fd, stdin, stdout, stderr, ptmx.
void make_device_links(const Fd& root);

}  // namespace minidock::rootfs
