#include "minidock/rootfs/mount_options.hpp"

#include <linux/mount.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace minidock::rootfs {
namespace {

enum class Asks {
    set,
    clear,
    set_recursively,
    clear_recursively,
    propagation,
};

struct Word {
    std::string_view text;
    Asks asks;
    unsigned long flag;
};

// [words]
constexpr std::array words{
    Word{"ro", Asks::set, MS_RDONLY},
    Word{"rw", Asks::clear, MS_RDONLY},
    Word{"nosuid", Asks::set, MS_NOSUID},
    Word{"suid", Asks::clear, MS_NOSUID},
    Word{"nodev", Asks::set, MS_NODEV},
    Word{"dev", Asks::clear, MS_NODEV},
    Word{"noexec", Asks::set, MS_NOEXEC},
    Word{"exec", Asks::clear, MS_NOEXEC},
    Word{"bind", Asks::set, MS_BIND},
    Word{"rbind", Asks::set, MS_BIND | MS_REC},
    // [/words]
    Word{"sync", Asks::set, MS_SYNCHRONOUS},
    Word{"async", Asks::clear, MS_SYNCHRONOUS},
    Word{"dirsync", Asks::set, MS_DIRSYNC},
    Word{"mand", Asks::set, MS_MANDLOCK},
    Word{"nomand", Asks::clear, MS_MANDLOCK},
    Word{"remount", Asks::set, MS_REMOUNT},
    Word{"silent", Asks::set, MS_SILENT},
    Word{"loud", Asks::clear, MS_SILENT},
    Word{"iversion", Asks::set, MS_I_VERSION},
    Word{"noiversion", Asks::clear, MS_I_VERSION},
    Word{"lazytime", Asks::set, MS_LAZYTIME},
    Word{"nolazytime", Asks::clear, MS_LAZYTIME},
    Word{"noatime", Asks::set, MS_NOATIME},
    Word{"atime", Asks::clear, MS_NOATIME},
    Word{"nodiratime", Asks::set, MS_NODIRATIME},
    Word{"diratime", Asks::clear, MS_NODIRATIME},
    Word{"relatime", Asks::set, MS_RELATIME},
    Word{"norelatime", Asks::clear, MS_RELATIME},
    Word{"strictatime", Asks::set, MS_STRICTATIME},
    Word{"nostrictatime", Asks::clear, MS_STRICTATIME},
    Word{"nosymfollow", Asks::set, MS_NOSYMFOLLOW},
    Word{"symfollow", Asks::clear, MS_NOSYMFOLLOW},
    Word{"defaults", Asks::set, 0},

    Word{"rro", Asks::set_recursively, MS_RDONLY},
    Word{"rrw", Asks::clear_recursively, MS_RDONLY},
    Word{"rnosuid", Asks::set_recursively, MS_NOSUID},
    Word{"rsuid", Asks::clear_recursively, MS_NOSUID},
    Word{"rnodev", Asks::set_recursively, MS_NODEV},
    Word{"rdev", Asks::clear_recursively, MS_NODEV},
    Word{"rnoexec", Asks::set_recursively, MS_NOEXEC},
    Word{"rexec", Asks::clear_recursively, MS_NOEXEC},
    Word{"rnoatime", Asks::set_recursively, MS_NOATIME},
    Word{"ratime", Asks::clear_recursively, MS_NOATIME},
    Word{"rnodiratime", Asks::set_recursively, MS_NODIRATIME},
    Word{"rdiratime", Asks::clear_recursively, MS_NODIRATIME},
    Word{"rrelatime", Asks::set_recursively, MS_RELATIME},
    Word{"rnorelatime", Asks::clear_recursively, MS_RELATIME},
    Word{"rstrictatime", Asks::set_recursively, MS_STRICTATIME},
    Word{"rnostrictatime", Asks::clear_recursively, MS_STRICTATIME},
    Word{"rnosymfollow", Asks::set_recursively, MS_NOSYMFOLLOW},
    Word{"rsymfollow", Asks::clear_recursively, MS_NOSYMFOLLOW},

    Word{"private", Asks::propagation, MS_PRIVATE},
    Word{"rprivate", Asks::propagation, MS_PRIVATE | MS_REC},
    Word{"slave", Asks::propagation, MS_SLAVE},
    Word{"rslave", Asks::propagation, MS_SLAVE | MS_REC},
    Word{"shared", Asks::propagation, MS_SHARED},
    Word{"rshared", Asks::propagation, MS_SHARED | MS_REC},
    Word{"unbindable", Asks::propagation, MS_UNBINDABLE},
    Word{"runbindable", Asks::propagation, MS_UNBINDABLE | MS_REC},
};

void ask_on(FlagChange& change, unsigned long flag) {
    change.set |= flag;
    change.clear &= ~flag;
}

void ask_off(FlagChange& change, unsigned long flag) {
    change.clear |= flag;
    change.set &= ~flag;
}

void apply(const Word& word, MountOptions& options) {
    switch (word.asks) {
        case Asks::set:
            return ask_on(options.flags, word.flag);
        case Asks::clear:
            return ask_off(options.flags, word.flag);
        case Asks::set_recursively:
            return ask_on(options.recursive, word.flag);
        case Asks::clear_recursively:
            return ask_off(options.recursive, word.flag);
        case Asks::propagation:
            return options.propagation.push_back(word.flag);
    }
}

}  // namespace

std::vector<std::string> known_option_words() {
    std::vector<std::string> known{"idmap", "ridmap", "tmpcopyup"};
    for (const Word& word : words)
        known.emplace_back(word.text);
    std::ranges::sort(known);
    return known;
}

MountOptions parse_mount_options(const std::vector<std::string>& list) {
    MountOptions options;
    for (const std::string& text : list) {
        const auto known = std::ranges::find(words, text, &Word::text);
        if (known != words.end()) {
            apply(*known, options);
        } else if (text == "tmpcopyup") {
            options.copy_up = true;
        } else if (text == "idmap" || text == "ridmap") {
            options.map_ids_below = text == "ridmap";
        } else if (!text.empty()) {
            if (!options.data.empty()) options.data += ',';
            options.data += text;
        }
    }
    return options;
}

kernel::MountAttributes to_attributes(const FlagChange& change) {
    struct Pair {
        unsigned long flag;
        std::uint64_t attribute;
    };
    constexpr std::array pairs{
        Pair{MS_RDONLY, MOUNT_ATTR_RDONLY},         Pair{MS_NOSUID, MOUNT_ATTR_NOSUID},
        Pair{MS_NODEV, MOUNT_ATTR_NODEV},           Pair{MS_NOEXEC, MOUNT_ATTR_NOEXEC},
        Pair{MS_NODIRATIME, MOUNT_ATTR_NODIRATIME}, Pair{MS_NOSYMFOLLOW, MOUNT_ATTR_NOSYMFOLLOW},
    };
    kernel::MountAttributes attributes;
    for (const Pair& pair : pairs) {
        if (change.set & pair.flag) attributes.set |= pair.attribute;
        if (change.clear & pair.flag) attributes.clear |= pair.attribute;
    }
    constexpr unsigned long access_times = MS_NOATIME | MS_RELATIME | MS_STRICTATIME;
    if ((change.set | change.clear) & access_times) {
        attributes.clear |= MOUNT_ATTR__ATIME;
        if (change.set & MS_NOATIME) attributes.set |= MOUNT_ATTR_NOATIME;
        if (change.set & MS_STRICTATIME) attributes.set |= MOUNT_ATTR_STRICTATIME;
    }
    return attributes;
}

}  // namespace minidock::rootfs
