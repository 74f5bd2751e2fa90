// How images leave the Store: names first, then the image, then what only it needed.
#include <algorithm>
#include <set>

#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"
#include "minidock/image/store.hpp"

namespace minidock::image {
namespace {

/// What can stand against the deletion of an image, and whether force overcomes it.
enum class Strength { soft, hard };

[[noreturn]] void refuse(const Image& image, Strength strength, const std::string& reason) {
    throw Conflict("conflict: unable to delete " + image.id.short_hex() + " (" +
                   (strength == Strength::hard ? "cannot be forced" : "must be forced") + ") - " +
                   reason);
}

const ImageUser* find_user(const Image& image, const std::vector<ImageUser>& users, bool running) {
    const auto found = std::ranges::find_if(users, [&](const ImageUser& user) {
        return user.image_id == image.id && user.running == running;
    });
    return found != users.end() ? &*found : nullptr;
}

void refuse_if_running(const Image& image, const std::vector<ImageUser>& users, bool held) {
    if (const ImageUser* user = find_user(image, users, true)) {
        refuse(image, Strength::hard,
               "image is being used by running container " + short_id(user->container_id));
    }
    if (held) {
        refuse(image, Strength::hard, "image is being used by a container that is being created");
    }
}

/// What a removal comes to.
struct Plan {
    std::vector<Reference> names;
    bool deletes_image;
};

/// All names of an image, and the digests by which registries know it.
std::vector<Reference> all_names(const Image& image) {
    std::vector<Reference> names = image.tags;
    names.insert(names.end(), image.digests.begin(), image.digests.end());
    return names;
}

bool has_several_repositories(const Image& image) {
    const std::vector<Reference> names = all_names(image);
    return image.tags.size() > 1 || std::ranges::any_of(names, [&](const Reference& name) {
               return name.repository() != names.front().repository();
           });
}

/// The names that go when one goes: with a repository's last tag also its digests.
std::vector<Reference> names_that_go(const Image& image, const Reference& name) {
    std::vector<Reference> going{name};
    const bool tags_stay = std::ranges::any_of(image.tags, [&](const Reference& tag) {
        return tag != name && tag.repository() == name.repository();
    });
    if (tags_stay || !name.tag()) return going;
    for (const Reference& digest : image.digests) {
        if (digest.repository() == name.repository()) going.push_back(digest);
    }
    return going;
}

Plan plan_by_id(const Image& image, const std::vector<ImageUser>& users, bool held, bool force) {
    refuse_if_running(image, users, held);
    if (!force && has_several_repositories(image)) {
        refuse(image, Strength::soft, "image is referenced in multiple repositories");
    }
    const ImageUser* stopped = find_user(image, users, false);
    if (!force && stopped != nullptr) {
        refuse(image, Strength::soft,
               "image is being used by stopped container " + short_id(stopped->container_id));
    }
    return {all_names(image), true};
}

/// @param asked  the name as it was written
Plan plan_by_name(const Image& image, const Reference& name, std::string_view asked,
                  const std::vector<ImageUser>& users, bool held, bool force) {
    const std::vector<Reference> going = names_that_go(image, name);
    if (going.size() < image.tags.size() + image.digests.size()) return {going, false};
    const ImageUser* running = find_user(image, users, true);
    const ImageUser* user = running != nullptr ? running : find_user(image, users, false);
    if (!force && user != nullptr) {
        // Without its last name the image would hang about unseen; that must be asked for.
        throw Conflict("conflict: unable to remove repository reference \"" + std::string{asked} +
                       "\" (must force) - container " + short_id(user->container_id) +
                       " is using its referenced image " + image.id.short_hex());
    }
    return {going, running == nullptr && !held};
}

}  // namespace

struct Store::Garbage {
    std::vector<Digest> chain_ids;
    std::vector<Digest> blobs;
};

std::unique_lock<std::mutex> Store::lock_with_users(std::vector<ImageUser>& users) {
    for (;;) {
        std::unique_lock lock{mutex_};
        const std::uint64_t releases = releases_;
        const auto ask = users_;
        lock.unlock();
        // Whoever answers takes locks of its own, and calls the store with them held elsewhere.
        users = ask ? ask() : std::vector<ImageUser>{};
        lock.lock();
        // A hold that ended meanwhile may have become a container that the answer lacks.
        if (releases == releases_) return lock;
    }
}

std::vector<Removal> Store::remove(std::string_view name_or_id, bool force) {
    std::vector<Removal> removals;
    std::vector<std::string> unfinished;
    {
        std::vector<ImageUser> users;
        const auto lock = lock_with_users(users);
        const Image image = catalogue_.get(name_or_id);
        const bool held = holds_.contains(image.id);
        const Plan plan = catalogue_.is_id(name_or_id, image.id)
                              ? plan_by_id(image, users, held, force)
                              : plan_by_name(image, catalogue_.name_of(name_or_id), name_or_id,
                                             users, held, force);

        Catalogue changed = catalogue_;
        for (const Reference& name : plan.names) {
            changed.untag(name);
            removals.push_back({Removal::Kind::untagged, name.familiar()});
        }
        if (plan.deletes_image) {
            changed.remove(image.id);
            removals.push_back({Removal::Kind::deleted, image.id.str()});
        }
        commit(std::move(changed));
        if (plan.deletes_image) {
            const Garbage garbage = find_garbage(users);
            discard(garbage, unfinished);
            // Of the image's layers those that went, from the top down.
            for (auto id = image.chain_ids.rbegin(); id != image.chain_ids.rend(); ++id) {
                if (std::ranges::find(garbage.chain_ids, *id) == garbage.chain_ids.end()) continue;
                removals.push_back({Removal::Kind::deleted, id->str()});
            }
        }
    }
    // Taking the trees apart needs no lock: they have lost their names.
    for (const std::string& name : unfinished)
        layers_.finish_removal(name);
    return removals;
}

void Store::collect_garbage() {
    std::vector<std::string> unfinished;
    {
        std::vector<ImageUser> users;
        const auto lock = lock_with_users(users);
        discard(find_garbage(users), unfinished);
    }
    for (const std::string& name : unfinished)
        layers_.finish_removal(name);
}

Store::Garbage Store::find_garbage(const std::vector<ImageUser>& users) const {
    std::set<Digest> needed;
    for (const Image& image : catalogue_.list()) {
        needed.insert({image.id, image.manifest_digest});
        needed.insert(image.chain_ids.begin(), image.chain_ids.end());
        for (const Descriptor& layer : image.manifest.layers)
            needed.insert(layer.digest);
    }
    for (const ImageUser& user : users) {
        needed.insert(user.chain_ids.begin(), user.chain_ids.end());
    }
    for (const auto& [digest, count] : pins_)
        needed.insert(digest);

    const auto unneeded = [&](std::vector<Digest> present) {
        std::erase_if(present, [&](const Digest& digest) { return needed.contains(digest); });
        return present;
    };
    return {unneeded(layers_.list()), unneeded(blobs_.list())};
}

void Store::discard(const Garbage& garbage, std::vector<std::string>& unfinished) {
    for (const Digest& digest : garbage.blobs)
        blobs_.remove(digest);
    for (const Digest& chain_id : garbage.chain_ids) {
        unfinished.push_back(layers_.begin_removal(chain_id));
    }
}

}  // namespace minidock::image
