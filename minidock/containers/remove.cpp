// Names and ends: renaming a container, removing it.
#include <fmt/format.h>

#include <csignal>
#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/base/fail_point.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/log.hpp"
#include "minidock/containers/containers.hpp"
#include "minidock/containers/names.hpp"

namespace minidock::containers {

void Containers::rename(Container& container, const std::string& new_name) {
    if (new_name.empty()) throw BadParameter("Neither old nor new names may be empty");
    const std::string name = parse_name(new_name);
    const Container::Operation operation{container};
    const std::string old_name = container.name();
    if (name == old_name) {
        throw BadParameter("Renaming a container with the same name as its current name");
    }
    registry_.reserve(name, container.id());
    container.set_name(name);
    registry_.release(old_name);
    announce(container, "rename", {{"oldName", "/" + old_name}});
    log::info("container {} renamed from {} to {}", short_id(container.id()), old_name, name);
}

void Containers::remove(const ContainerPtr& container, bool force, bool volumes) {
    const State state = container->state();
    if (state.is_up()) {
        const char* const how = state.status == Status::paused
                                    ? "container is paused and must be unpaused first"
                                    : "container is running: stop the container before removing or "
                                      "force remove";
        if (!force) {
            throw Conflict(fmt::format("cannot remove container \"/{}\": {}", state.name, how));
        }
        if (!cancel_restart(*container)) end_by_force(container);
    }
    const Container::Operation operation{*container};
    // Somebody else may have removed it, or started it again.
    if (container->is_removed()) return;
    if (container->state().is_up()) {
        throw Conflict(
            fmt::format("cannot remove container \"/{}\": container is running", state.name));
    }
    container->set_removing();
    fail_point("remove.begun");
    remove_stopped(container, volumes);
}

void Containers::remove_stopped(const ContainerPtr& container, bool volumes) {
    try {
        for (auto e = extensions_.rbegin(); e != extensions_.rend(); ++e)
            (*e)->removed(*container, volumes);
        fail_point("remove.extensions-told");
        std::filesystem::remove_all(container->folder());
    } catch (const std::exception& error) {
        container->set_dead(error.what());
        throw;
    }
    fail_point("remove.folder-removed");
    registry_.remove(*container);
    fail_point("remove.forgotten");
    announce(*container, "destroy");
    container->set_removed();
    log::info("container {} removed", short_id(container->id()));
}

}  // namespace minidock::containers
