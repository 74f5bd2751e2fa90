#include "minidock/api/container_upkeep.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "minidock/api/prune_filter.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/log.hpp"
#include "minidock/containers/update.hpp"

namespace minidock::api {

namespace fs = std::filesystem;

using containers::ContainerPtr;
using nlohmann::json;

std::uint64_t size_of_writable_layer(const containers::Container& container) {
    std::uint64_t size = 0;
    std::error_code error;  // a running container may remove what we look at
    fs::recursive_directory_iterator file{container.folder() + "/upper", error};
    for (; !error && file != fs::recursive_directory_iterator{}; file.increment(error)) {
        std::error_code gone;
        if (!file->is_regular_file(gone) || file->is_symlink(gone)) continue;
        const std::uintmax_t bytes = file->file_size(gone);
        if (!gone) size += bytes;
    }
    return size;
}

void ContainerUpkeepRoutes::add_routes(http::Router& router) {
    using http::Exchange;
    router.add("POST", "/containers/{id}/update", [this](Exchange& e) { update(e); });
    router.add("POST", "/containers/prune", [this](Exchange& e) { prune(e); });
}

void ContainerUpkeepRoutes::update(http::Exchange& exchange) {
    const ContainerPtr container = containers_.get(exchange.parameter("id"));
    const json body = exchange.read_json();
    if (!body.is_object()) throw BadParameter("want a JSON object of limits");
    exchange.send(
        http::Response::json({{"Warnings", containers::update(containers_, *container, body)}}));
}

/// Removes what does not run.
void ContainerUpkeepRoutes::prune(http::Exchange& exchange) {
    const PruneFilter filter{exchange.query().filters()};
    json deleted = json::array();
    std::uint64_t reclaimed = 0;
    for (const ContainerPtr& container : containers_.list()) {
        const containers::Status status = container->state().status;
        const bool is_over = status == containers::Status::created ||
                             status == containers::Status::exited ||
                             status == containers::Status::dead;
        const containers::Definition& definition = container->definition();
        if (!is_over || !filter.passes(definition.config.labels, definition.created)) continue;
        const std::uint64_t size = size_of_writable_layer(*container);
        try {
            containers_.remove(container, false, false);
        } catch (const Conflict&) {
            continue;  // somebody has just started it
        } catch (const std::exception& error) {
            log::warning("prune: container {}: {}", container->id(), error.what());
            continue;
        }
        deleted.push_back(container->id());
        reclaimed += size;
    }
    containers_.events().publish({.type = "container",
                                  .action = "prune",
                                  .id = "",
                                  .attributes = {{"reclaimed", std::to_string(reclaimed)}}});
    exchange.send(
        http::Response::json({{"ContainersDeleted", deleted}, {"SpaceReclaimed", reclaimed}}));
}

}  // namespace minidock::api
