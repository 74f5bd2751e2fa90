// The words behind a bind's second colon: what each says, and which exclude one another.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "minidock/base/error.hpp"
#include "minidock/volumes/mount_request.hpp"

namespace minidock::volumes {
namespace {

/// Of each group only one word may be given.
enum class Group { access, label, copy, propagation, consistency };

struct Word {
    std::string_view text;
    Group group;
};

constexpr std::array words{
    Word{"rw", Group::access},
    Word{"ro", Group::access},
    Word{"rro", Group::access},
    // SELinux: "shared by containers" and "this one's own". Without SELinux there is nothing to do.
    Word{"z", Group::label},
    Word{"Z", Group::label},
    Word{"nocopy", Group::copy},
    Word{"private", Group::propagation},
    Word{"rprivate", Group::propagation},
    Word{"shared", Group::propagation},
    Word{"rshared", Group::propagation},
    Word{"slave", Group::propagation},
    Word{"rslave", Group::propagation},
    // For file sharing with a Mac; on Linux all are the same.
    Word{"consistent", Group::consistency},
    Word{"cached", Group::consistency},
    Word{"delegated", Group::consistency},
};

void apply(const Word& word, MountPoint& mount) {
    switch (word.group) {
        case Group::access:
            mount.writable = word.text == "rw";
            break;
        case Group::copy:
            mount.copy_up = false;
            break;
        case Group::propagation:
            mount.propagation = word.text;
            break;
        case Group::label:
        case Group::consistency:
            break;
    }
}

/// Only a volume can be filled, and only a bind mount has others to hand its mounts on to.
bool fits(Group group, MountType type) {
    if (group == Group::copy) return type == MountType::volume;
    if (group == Group::propagation) return type == MountType::bind;
    return true;
}

}  // namespace

void apply_mode(MountPoint& mount, const std::string& mode) {
    std::set<Group> given;
    for (std::string_view rest = mode; !rest.empty();) {
        const std::string_view text = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(text.size() + 1, rest.size()));
        const auto word = std::ranges::find(words, text, &Word::text);
        if (word == words.end() || !fits(word->group, mount.type) ||
            !given.insert(word->group).second) {
            throw BadParameter(fmt::format("invalid mode: {}", mode));
        }
        apply(*word, mount);
    }
    mount.mode = mode;
}

}  // namespace minidock::volumes
