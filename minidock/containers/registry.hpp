// All containers, by ID and by name.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "minidock/containers/container.hpp"

namespace minidock::containers {

class Registry {
  public:
    /// Sets a name aside for a container that is being created or renamed.
    /// @throws Conflict in Docker's words when it is taken
    void reserve(const std::string& name, const std::string& id);
    /// A random name that is free, set aside in the same way.
    std::string reserve_random(const std::string& id);
    void release(const std::string& name);

    void add(ContainerPtr container);
    void remove(const Container& container);

    /// By ID, by name, or by the beginning of an ID; the first that fits, in this order.
    /// @throws NotFound "No such container: x"; BadParameter when several IDs begin so
    [[nodiscard]] ContainerPtr get(std::string_view name_or_id) const;
    /// The youngest first.
    [[nodiscard]] std::vector<ContainerPtr> list() const;

  private:
    mutable std::mutex mutex_;  // protects the two maps
    std::map<std::string, ContainerPtr, std::less<>> by_id_;
    std::map<std::string, std::string, std::less<>> ids_by_name_;
};

}  // namespace minidock::containers
