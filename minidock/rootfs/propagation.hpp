// Propagation: whether a mount made in one mount namespace appears in its copies.
// See mount_namespaces(7), "Shared subtrees".
#pragma once

#include <string>

namespace minidock::rootfs {

/// MS_PRIVATE and its kin say for each mount what it passes on and what it hears of.
enum class Propagation {
    shared,      ///< passes on and hears
    slave,       ///< hears, and passes nothing on
    private_,    ///< neither
    unbindable,  ///< neither, and cannot be bind-mounted
};

/// Whether only one mount or also all below it.
enum class Reach { this_mount, whole_tree };

/// Sets the propagation of the mount at `path`.
/// @throws SystemError naming the path, as when nothing is mounted there (EINVAL)
void set_propagation(const std::string& path, Propagation propagation, Reach reach);

/// "shared", "rslave", … as an OCI config.json writes a root's propagation.
/// @throws BadParameter naming the word
void set_propagation(const std::string& path, const std::string& word);

/// The first step of every container, in a mount namespace of its own: from here on nothing that
/// is mounted shows outside. What is mounted outside still shows here until the root is pivoted.
void stop_passing_mounts_on();

}  // namespace minidock::rootfs
