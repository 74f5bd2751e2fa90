// The words of a mount's options, as mount(8), /proc/self/mountinfo and an OCI config.json write
// them ("nosuid", "rw", "rprivate", "size=64m"), and what they ask of the kernel: flags of
// mount(2), attributes of mount_setattr(2), a propagation, or the file system's own data.
// See the "Linux mount options" of the OCI runtime specification (config.md, "Mounts").
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "minidock/base/kernel/mount.hpp"

namespace minidock::rootfs {

/// MS_… flags that are asked on and asked off. A new file system begins with all off; a bind mount
/// begins with those of the mount that it copies, so "rw" and "suid" say something there.
struct FlagChange {
    unsigned long set = 0;
    unsigned long clear = 0;

    [[nodiscard]] bool empty() const noexcept { return set == 0 && clear == 0; }
    bool operator==(const FlagChange&) const = default;
};

/// What a list of option words asks for.
struct MountOptions {
    FlagChange flags;                        ///< of this mount
    FlagChange recursive;                    ///< of the mounts below it too: "rro", "rnosuid", …
    std::vector<unsigned long> propagation;  ///< MS_SLAVE, MS_SHARED|MS_REC, …, in their order
    std::string data;                        ///< what is left: the file system's own, by commas
    bool copy_up = false;                    ///< "tmpcopyup": a tmpfs begins with what it hides
    bool map_ids_below = false;              ///< "ridmap": id maps hold for mounts below it too

    [[nodiscard]] bool is_bind() const noexcept { return (flags.set & MS_BIND) != 0; }
};

/// Reads option words in their order; of two that contradict each other, the later one counts.
/// (Which ids "idmap" maps to which, the words do not say: config.json's uidMappings do.)
MountOptions parse_mount_options(const std::vector<std::string>& words);

/// All words that are more than a file system's own data, sorted: for `minirun features`.
std::vector<std::string> known_option_words();

/// The same change for mount_setattr(2), which has numbers of its own. Its access-time setting is
/// one choice of several, not a bit: to set it is to clear the others.
kernel::MountAttributes to_attributes(const FlagChange& change);

}  // namespace minidock::rootfs
