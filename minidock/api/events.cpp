#include "minidock/api/events.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "minidock/api/time_parameter.hpp"
#include "minidock/base/log.hpp"

namespace minidock::api {

using containers::Event;
using containers::EventPtr;
using nlohmann::json;

namespace {

const std::string& attribute(const Event& event, const std::string& name) {
    static const std::string none;
    const auto found = event.attributes.find(name);
    return found == event.attributes.end() ? none : found->second;
}

/// "busybox" for "busybox:latest"; the port of a registry's host is no tag.
std::string without_tag(const std::string& reference) {
    const std::size_t colon = reference.rfind(':');
    const bool is_tag =
        colon != std::string::npos && reference.find('/', colon) == std::string::npos;
    return is_tag ? reference.substr(0, colon) : reference;
}

/// What is left until `until`; nothing when there is no limit.
std::optional<std::chrono::milliseconds> time_left(const std::optional<Timestamp>& until) {
    if (!until) return std::nullopt;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - now());
    return std::clamp(left, std::chrono::milliseconds{0},
                      std::chrono::milliseconds{std::chrono::hours{24}});
}

}  // namespace

EventFilter::EventFilter(http::Filters filters) : filters_{std::move(filters)} {
    filters_.allow_only({"config", "container", "daemon", "event", "image", "label", "network",
                         "node", "plugin", "scope", "secret", "service", "type", "volume"});
}

bool EventFilter::passes(const Event& event) const {
    // A container may be given by its id, its name, or the beginning of either.
    const auto thing_passes = [&](const char* type) {
        const auto& wishes = filters_.values(type);
        return wishes.empty() ||
               std::any_of(wishes.begin(), wishes.end(), [&](const std::string& wish) {
                   return event.id.starts_with(wish) || attribute(event, "name").starts_with(wish);
               });
    };
    return filters_.matches("type", event.type) && filters_.matches("scope", "local") &&
           action_passes(event) && thing_passes("container") && thing_passes("volume") &&
           thing_passes("network") && thing_passes("daemon") && thing_passes("plugin") &&
           thing_passes("service") && thing_passes("node") && thing_passes("secret") &&
           thing_passes("config") && image_passes(event) && has_labels(event);
}

/// "exec_start" stands for "exec_start: sh" too.
bool EventFilter::action_passes(const Event& event) const {
    const std::string name = event.action.substr(0, event.action.find(':'));
    return filters_.matches("event", event.action) || filters_.matches("event", name);
}

/// Events of the image, and of the containers made of it.
bool EventFilter::image_passes(const Event& event) const {
    const std::string& name = attribute(event, event.type == "image" ? "name" : "image");
    return filters_.matches("image", event.id) || filters_.matches("image", name) ||
           filters_.matches("image", without_tag(event.id)) ||
           filters_.matches("image", without_tag(name));
}

bool EventFilter::has_labels(const Event& event) const {
    const auto& labels = filters_.values("label");
    return std::all_of(labels.begin(), labels.end(), [&](const std::string& wish) {
        const std::size_t equals = wish.find('=');
        const auto label = event.attributes.find(wish.substr(0, equals));
        if (label == event.attributes.end()) return false;
        return equals == std::string::npos || label->second == wish.substr(equals + 1);
    });
}

json describe_event(const Event& event) {
    const auto nanoseconds = event.time.time_since_epoch().count();
    json message{{"Type", event.type},
                 {"Action", event.action},
                 {"Actor", {{"ID", event.id}, {"Attributes", event.attributes}}},
                 {"scope", "local"},
                 {"time", nanoseconds / 1'000'000'000},
                 {"timeNano", nanoseconds}};
    if (event.type == "container" || event.type == "image") {
        message["status"] = event.action;
        message["id"] = event.id;
        const std::string& image = attribute(event, "image");
        if (!image.empty()) message["from"] = image;
    }
    return message;
}

void EventRoutes::add_routes(http::Router& router) {
    router.add("GET", "/events", [this](http::Exchange& exchange) { stream(exchange); });
}

void EventRoutes::describe(json& info) const {
    info["NEventsListener"] = events_.listeners();
}

void EventRoutes::stream(http::Exchange& exchange) {
    const EventFilter filter{exchange.query().filters()};
    const std::optional<Timestamp> since = time_parameter(exchange.query(), "since");
    const std::optional<Timestamp> until = time_parameter(exchange.query(), "until");
    const auto listener = events_.listen(since || until);
    exchange.start_stream(200, "application/json");
    for (;;) {
        std::string lines;
        bool past_the_end = false;
        for (const EventPtr& event : listener->take()) {
            past_the_end = past_the_end || (until && event->time > *until);
            if (past_the_end || (since && event->time < *since) || !filter.passes(*event)) continue;
            lines += describe_event(*event).dump(-1, ' ', false, json::error_handler_t::replace);
            lines += '\n';
        }
        exchange.write(lines);
        if (past_the_end) return;
        if (listener->has_lost_some()) {
            log::warning("a client of /events reads too slowly: it is cut off");
            throw http::ClientGone{};
        }
        const http::Wake wake = exchange.wait(listener->fd(), time_left(until));
        const bool goes_on =
            wake == http::Wake::ready || (wake == http::Wake::timeout && now() < *until);
        if (!goes_on) return;
    }
}

}  // namespace minidock::api
