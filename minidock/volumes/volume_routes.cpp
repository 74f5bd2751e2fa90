#include "minidock/volumes/volume_routes.hpp"

#include "minidock/api/version.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/json.hpp"
#include "minidock/http/exchange.hpp"
#include "minidock/volumes/volume_filter.hpp"

namespace minidock::volumes {
namespace {

/// Empty maps are null here, as Docker writes them.
Json map_or_null(const StringMap& map) {
    return map.empty() ? Json{} : Json(map);
}

Json description(const Volume& volume, const Store& store) {
    return {{"CreatedAt", to_rfc3339(std::chrono::floor<std::chrono::seconds>(volume.created))},
            {"Driver", "local"},
            {"Labels", map_or_null(volume.labels)},
            {"Mountpoint", store.data_folder(volume.name)},
            {"Name", volume.name},
            {"Options", map_or_null(volume.options)},
            {"Scope", "local"}};
}

/// The filter all=1 of prune.
bool asks_for_all(const http::Filters& filters) {
    for (const std::string& value : filters.values("all")) {
        if (value == "1" || value == "true" || value == "True" || value == "t") return true;
        if (value != "0" && value != "false" && value != "False" && value != "f")
            throw BadParameter("invalid filter 'all=" + value + "'");
    }
    return false;
}

}  // namespace

void VolumeRoutes::add_routes(http::Router& router) {
    router.add("GET", "/volumes", [this](http::Exchange& exchange) { list(exchange); });
    router.add("POST", "/volumes/create", [this](http::Exchange& exchange) { create(exchange); });
    router.add("POST", "/volumes/prune", [this](http::Exchange& exchange) { prune(exchange); });
    router.add("GET", "/volumes/{name}", [this](http::Exchange& exchange) { inspect(exchange); });
    router.add("DELETE", "/volumes/{name}", [this](http::Exchange& exchange) { remove(exchange); });
}

void VolumeRoutes::describe(Json& info) const {
    info["Plugins"]["Volume"] = {"local"};
}

void VolumeRoutes::describe_usage(Json& usage) const {
    const References users = store_.references();
    Json volumes = Json::array();
    for (const Volume& volume : store_.list()) {
        const auto found = users.find(volume.name);
        Json entry = description(volume, store_);
        entry["UsageData"] = {{"Size", store_.size(volume.name)},
                              {"RefCount", found == users.end() ? 0 : found->second.size()}};
        volumes.push_back(std::move(entry));
    }
    usage["Volumes"] = std::move(volumes);
}

void VolumeRoutes::list(http::Exchange& exchange) const {
    const http::Filters filters = exchange.query().filters();
    filters.allow_only({"dangling", "driver", "label", "name"});
    const References users = filters.has("dangling") ? store_.references() : References{};
    Json volumes = Json::array();
    for (const Volume& volume : store_.list()) {
        if (passes(volume, filters, users)) volumes.push_back(description(volume, store_));
    }
    exchange.send(http::Response::json({{"Volumes", volumes}, {"Warnings", nullptr}}));
}

void VolumeRoutes::create(http::Exchange& exchange) {
    Json document = exchange.read_json();
    if (document.is_null()) document = Json::object();  // all is left to us
    if (!document.is_object()) throw BadParameter("want a JSON object that describes the volume");
    const JsonReader body{document};
    if (body.find("ClusterVolumeSpec"))
        throw Unsupported("cluster volumes are not in this edition");
    const Volume volume = store_.create({.name = body.string_or("Name", ""),
                                         .driver = body.string_or("Driver", ""),
                                         .labels = map_of(body, "Labels"),
                                         .options = map_of(body, "DriverOpts")});
    exchange.send(http::Response::json(description(volume, store_), 201));
}

void VolumeRoutes::inspect(http::Exchange& exchange) const {
    exchange.send(
        http::Response::json(description(store_.get(exchange.parameter("name")), store_)));
}

void VolumeRoutes::remove(http::Exchange& exchange) {
    try {
        store_.remove(exchange.parameter("name"));
    } catch (const NotFound&) {
        if (!exchange.query().flag("force")) throw;
    }
    exchange.send(http::Response::empty());
}

void VolumeRoutes::prune(http::Exchange& exchange) {
    const http::Filters filters = exchange.query().filters();
    filters.allow_only({"all", "label", "label!"});
    // Before 1.42 prune took every unused volume, and its clients still expect that.
    const bool all = asks_for_all(filters) || api::is_older_than(exchange.request(), "1.42");
    std::uint64_t reclaimed = 0;
    Json names = Json::array();
    for (const Volume& volume : store_.prune([&](const Volume& candidate) {
             const bool wanted =
                 (all || candidate.is_anonymous()) && labels_pass(candidate, filters);
             if (wanted) reclaimed += store_.size(candidate.name);
             return wanted;
         })) {
        names.push_back(volume.name);
    }
    exchange.send(http::Response::json({{"VolumesDeleted", names}, {"SpaceReclaimed", reclaimed}}));
}

}  // namespace minidock::volumes
