// What the API tells about containers: the list, one line each, and inspect, everything of one.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>

#include "minidock/api/container_status.hpp"
#include "minidock/api/container_upkeep.hpp"
#include "minidock/api/containers.hpp"
#include "minidock/api/prune_filter.hpp"
#include "minidock/base/error.hpp"

namespace minidock::api {

namespace fs = std::filesystem;

using containers::Container;
using containers::ContainerPtr;
using containers::Definition;
using containers::State;
using nlohmann::json;

namespace {

std::string text_of(const std::optional<Timestamp>& time) {
    return time ? to_rfc3339(*time) : std::string{never};
}

std::int64_t seconds_of(Timestamp time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

void add_sizes(json& document, const Container& container, const image::Store& images) {
    const std::uint64_t own = size_of_writable_layer(container);
    std::uint64_t image_size = 0;
    try {
        image_size = images.get(container.definition().image.str()).size();
    } catch (const NotFound&) {
        // Removed by force since; what was its size is not known any more.
    }
    document["SizeRw"] = own;
    document["SizeRootFs"] = own + image_size;
}

/// The program and its arguments as one line; what has a space in it is quoted.
std::string shown_command(const containers::Config& config) {
    std::string line;
    for (const std::string& word : config.command_line()) {
        if (!line.empty()) line += ' ';
        line += word.find(' ') == std::string::npos || line.empty() ? word : "'" + word + "'";
    }
    return line;
}

/// The networks that this edition has are the host's and none at all.
json networks(const Container& container) {
    const std::string& mode = container.definition().host_config.network_mode;
    if (mode != "none" && mode != "host") return json::object();
    json endpoint{{"IPAMConfig", nullptr},    {"Links", nullptr},      {"Aliases", nullptr},
                  {"MacAddress", ""},         {"DriverOpts", nullptr}, {"NetworkID", ""},
                  {"EndpointID", ""},         {"Gateway", ""},         {"IPAddress", ""},
                  {"IPPrefixLen", 0},         {"IPv6Gateway", ""},     {"GlobalIPv6Address", ""},
                  {"GlobalIPv6PrefixLen", 0}, {"DNSNames", nullptr}};
    return {{mode, std::move(endpoint)}};
}

json summary(const Container& container) {
    const Definition& definition = container.definition();
    const State state = container.state();
    return {
        {"Id", definition.id},
        {"Names", {"/" + state.name}},
        {"Image", definition.config.image},
        {"ImageID", definition.image.str()},
        {"Command", shown_command(definition.config)},
        {"Created", seconds_of(definition.created)},
        {"Ports", json::array()},
        {"Labels", definition.config.labels},
        {"State", name(state.status)},
        {"Status", status_line(state, now())},
        {"HostConfig", {{"NetworkMode", definition.host_config.network_mode}}},
        {"NetworkSettings", {{"Networks", networks(container)}}},
        {"Mounts", json::array()},
    };
}

bool name_fits(const std::string& name, const std::string& pattern) {
    try {
        const std::regex expression{pattern};
        return std::regex_search(name, expression) || std::regex_search("/" + name, expression);
    } catch (const std::regex_error&) {
        return name.find(pattern) != std::string::npos;
    }
}

/// The filters of GET /containers/json.
class ListFilter {
  public:
    ListFilter(const http::Filters& filters, const containers::Containers& all)
        : filters_{filters} {
        filters.allow_only({"ancestor", "before", "exited", "expose", "health", "id", "is-task",
                            "label", "name", "network", "publish", "since", "status", "volume"});
        for (const char* unknown : {"expose", "publish", "is-task"}) {
            if (filters.has(unknown)) {
                throw Unsupported(fmt::format("the filter {} is not in this edition", unknown));
            }
        }
        for (const std::string& status : filters.values("status")) {
            containers::parse_status(status);
        }
        for (const std::string& code : filters.values("exited")) {
            if (code.empty() || code.find_first_not_of("-0123456789") != std::string::npos) {
                throw BadParameter("invalid filter 'exited=" + code + "'");
            }
        }
        for (const std::string& ancestor : filters.values("ancestor")) {
            try {
                images_.push_back(all.images().get(ancestor).id);
            } catch (const NotFound&) {
                // Nothing comes from an image that is not there.
            }
        }
        for (const std::string& id : filters.values("before"))
            before_ = all.get(id)->definition().created;
        for (const std::string& id : filters.values("since"))
            since_ = all.get(id)->definition().created;
    }

    /// What later chapters' extensions know of it: its networks and its mounts.
    [[nodiscard]] bool line_passes(const json& line) const {
        const json networks =
            line.value("NetworkSettings", json::object()).value("Networks", json::object());
        return any("network",
                   [&](const auto& wish) {
                       for (const auto& [name, endpoint] : networks.items()) {
                           const std::string id = endpoint.value("NetworkID", "");
                           if (name == wish || (!id.empty() && id.starts_with(wish))) return true;
                       }
                       return false;
                   }) &&
               any("volume", [&](const auto& wish) {
                   for (const json& mount : line.value("Mounts", json::array())) {
                       if (mount.value("Name", "") == wish ||
                           mount.value("Destination", "") == wish)
                           return true;
                   }
                   return false;
               });
    }

    /// A filter by state means that all states are looked at.
    [[nodiscard]] bool asks_for_states() const {
        return filters_.has("status") || filters_.has("exited");
    }

    [[nodiscard]] bool passes(const Container& container) const {
        const Definition& definition = container.definition();
        const State state = container.state();
        const auto& labels = filters_.values("label");
        return any("id", [&](const auto& id) { return definition.id.starts_with(id); }) &&
               any("name", [&](const auto& name) { return name_fits(state.name, name); }) &&
               any("status", [&](const auto& status) { return status == name_of(state); }) &&
               any("health",
                   [&](const auto& health) { return health == name(container.health().status); }) &&
               any("exited",
                   [&](const auto& code) {
                       return state.finished_at && !state.is_running() &&
                              code == std::to_string(state.exit_code);
                   }) &&
               std::all_of(
                   labels.begin(), labels.end(),
                   [&](const auto& label) { return has_label(definition.config.labels, label); }) &&
               (!filters_.has("ancestor") ||
                std::find(images_.begin(), images_.end(), definition.image) != images_.end()) &&
               (!before_ || definition.created < *before_) &&
               (!since_ || definition.created > *since_);
    }

  private:
    static std::string name_of(const State& state) { return std::string{name(state.status)}; }

    template <class Fits>
    bool any(const char* filter, Fits fits) const {
        const auto& values = filters_.values(filter);
        return values.empty() || std::any_of(values.begin(), values.end(), fits);
    }

    const http::Filters& filters_;
    std::vector<image::Digest> images_;
    std::optional<Timestamp> before_;
    std::optional<Timestamp> since_;
};

}  // namespace

void ContainerRoutes::list(http::Exchange& exchange) {
    const http::Query& query = exchange.query();
    const http::Filters filters = query.filters();
    const ListFilter filter{filters, containers_};
    const std::int64_t limit = query.integer("limit").value_or(0);
    const bool all = query.flag("all") || limit > 0 || filter.asks_for_states();

    json list = json::array();
    for (const ContainerPtr& container : containers_.list()) {
        if (!all && !container->state().is_up()) continue;
        if (!filter.passes(*container)) continue;
        json line = summary(*container);
        for (const containers::LifeExtension* extension : containers_.extensions())
            extension->summarize(*container, line);
        if (!filter.line_passes(line)) continue;
        list.push_back(std::move(line));
        if (query.flag("size")) add_sizes(list.back(), *container, containers_.images());
        if (limit > 0 && list.size() == static_cast<std::size_t>(limit)) break;
    }
    exchange.send(http::Response::json(list));
}

void ContainerRoutes::describe_usage(json& usage) const {
    for (const ContainerPtr& container : containers_.list()) {
        json line = summary(*container);
        for (const containers::LifeExtension* extension : containers_.extensions())
            extension->summarize(*container, line);
        add_sizes(line, *container, containers_.images());
        usage["Containers"].push_back(std::move(line));
    }
}

namespace {

json describe_state(const State& state) {
    using containers::Status;
    return {
        {"Status", name(state.status)},
        {"Running", state.is_up()},
        {"Paused", state.status == Status::paused},
        {"Restarting", state.status == Status::restarting},
        {"OOMKilled", state.oom_killed},
        {"Dead", state.status == Status::dead},
        {"Pid", state.pid},
        {"ExitCode", state.exit_code},
        {"Error", state.error},
        {"StartedAt", text_of(state.started_at)},
        {"FinishedAt", text_of(state.finished_at)},
    };
}

json network_settings(const Container& container) {
    return {
        {"Bridge", ""},
        {"SandboxID", ""},
        {"SandboxKey", ""},
        {"Ports", json::object()},
        {"HairpinMode", false},
        {"LinkLocalIPv6Address", ""},
        {"LinkLocalIPv6PrefixLen", 0},
        {"SecondaryIPAddresses", nullptr},
        {"SecondaryIPv6Addresses", nullptr},
        {"EndpointID", ""},
        {"Gateway", ""},
        {"GlobalIPv6Address", ""},
        {"GlobalIPv6PrefixLen", 0},
        {"IPAddress", ""},
        {"IPPrefixLen", 0},
        {"IPv6Gateway", ""},
        {"MacAddress", ""},
        {"Networks", networks(container)},
    };
}

/// In Docker's order of directories: the uppermost layer first.
json graph_driver(const Container& container) {
    std::string lower;
    const auto& layers = container.definition().layers;
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer)
        lower += (lower.empty() ? "" : ":") + *layer;
    return {{"Name", "overlay2"},
            {"Data",
             {{"LowerDir", lower},
              {"UpperDir", container.folder() + "/upper"},
              {"WorkDir", container.folder() + "/work"},
              {"MergedDir", container.folder() + "/bundle/rootfs"}}}};
}

json describe(const Container& container, const containers::Places& places) {
    const Definition& definition = container.definition();
    const State state = container.state();
    const std::vector<std::string> command = definition.config.command_line();
    const std::string etc = container.folder() + "/etc/";
    json host_config = definition.host_config_document;
    if (is_empty_text(host_config["Runtime"]))
        host_config["Runtime"] = fs::path{places.runtime}.filename();
    return {
        {"Id", definition.id},
        {"Created", to_rfc3339(definition.created)},
        {"Path", command.front()},
        {"Args", std::vector<std::string>{command.begin() + 1, command.end()}},
        {"State", describe_state(state)},
        {"Image", definition.image.str()},
        {"ResolvConfPath", etc + "resolv.conf"},
        {"HostnamePath", etc + "hostname"},
        {"HostsPath", etc + "hosts"},
        {"LogPath", definition.host_config.log.is_kept() ? container.log_path() : ""},
        {"Name", "/" + state.name},
        {"RestartCount", state.restart_count},
        {"Driver", "overlay2"},
        {"Platform", "linux"},
        {"MountLabel", ""},
        {"ProcessLabel", ""},
        {"AppArmorProfile", ""},
        {"ExecIDs", nullptr},
        {"HostConfig", std::move(host_config)},
        {"GraphDriver", graph_driver(container)},
        {"Mounts", json::array()},
        {"Config", definition.config_document},
        {"NetworkSettings", network_settings(container)},
    };
}

}  // namespace

void ContainerRoutes::inspect(http::Exchange& exchange) {
    const ContainerPtr container = container_of(exchange);
    json document = api::describe(*container, containers_.places());
    if (exchange.query().flag("size")) add_sizes(document, *container, containers_.images());
    for (const containers::LifeExtension* extension : containers_.extensions())
        extension->describe(*container, document);
    exchange.send(http::Response::json(document));
}

}  // namespace minidock::api
