#include "minidock/containers/registry.hpp"

#include <algorithm>

#include "minidock/base/error.hpp"
#include "minidock/containers/names.hpp"

namespace minidock::containers {

void Registry::reserve(const std::string& name, const std::string& id) {
    const std::lock_guard lock{mutex_};
    const auto [place, is_new] = ids_by_name_.try_emplace(name, id);
    if (is_new) return;
    throw Conflict("Conflict. The container name \"/" + name +
                   "\" is already in use by container \"" + place->second +
                   "\". You have to remove (or rename) that container to be able to reuse that "
                   "name.");
}

std::string Registry::reserve_random(const std::string& id) {
    const std::lock_guard lock{mutex_};
    std::string name = random_name();
    while (!ids_by_name_.try_emplace(name, id).second) {
        // With many containers, names run out; numbers do not.
        name = random_name() + std::to_string(ids_by_name_.size());
    }
    return name;
}

void Registry::release(const std::string& name) {
    const std::lock_guard lock{mutex_};
    ids_by_name_.erase(name);
}

void Registry::add(ContainerPtr container) {
    const std::lock_guard lock{mutex_};
    std::string id = container->id();
    by_id_.emplace(std::move(id), std::move(container));
}

void Registry::remove(const Container& container) {
    const std::string name = container.name();
    const std::lock_guard lock{mutex_};
    by_id_.erase(container.id());
    ids_by_name_.erase(name);
}

ContainerPtr Registry::get(std::string_view name_or_id) const {
    std::string_view wish = name_or_id;
    if (wish.starts_with('/')) wish.remove_prefix(1);
    const std::lock_guard lock{mutex_};
    if (const auto exact = by_id_.find(wish); exact != by_id_.end()) return exact->second;
    if (const auto name = ids_by_name_.find(wish); name != ids_by_name_.end()) {
        // A reserved name may belong to a container that is still being made.
        const auto named = by_id_.find(name->second);
        if (named != by_id_.end()) return named->second;
    }
    const auto first = by_id_.lower_bound(wish);
    if (wish.empty() || first == by_id_.end() || !first->first.starts_with(wish)) {
        throw NotFound("No such container: " + std::string{name_or_id});
    }
    if (const auto next = std::next(first); next != by_id_.end() && next->first.starts_with(wish)) {
        throw BadParameter("multiple IDs found with provided prefix: " + std::string{wish});
    }
    return first->second;
}

std::vector<ContainerPtr> Registry::list() const {
    std::vector<ContainerPtr> all;
    {
        const std::lock_guard lock{mutex_};
        all.reserve(by_id_.size());
        for (const auto& [id, container] : by_id_)
            all.push_back(container);
    }
    std::stable_sort(all.begin(), all.end(), [](const ContainerPtr& a, const ContainerPtr& b) {
        return a->definition().created > b->definition().created;
    });
    return all;
}

}  // namespace minidock::containers
