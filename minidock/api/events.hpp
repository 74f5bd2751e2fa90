// GET /events: what happens in the engine, as it happens. See the Docker Engine API v1.47,
// SystemEvents.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "minidock/api/extension.hpp"
#include "minidock/containers/events.hpp"
#include "minidock/http/filters.hpp"

namespace minidock::api {

class EventRoutes : public Extension {
  public:
    /// @param events  outlives this
    explicit EventRoutes(containers::EventBus& events) : events_{events} {}

    void add_routes(http::Router& router) override;
    void describe(nlohmann::json& info) const override;

  private:
    void stream(http::Exchange& exchange);

    containers::EventBus& events_;
};

/// Which events a client wants to hear of.
class EventFilter {
  public:
    /// @throws BadParameter for a filter that Docker does not know
    explicit EventFilter(http::Filters filters);
    [[nodiscard]] bool passes(const containers::Event& event) const;

  private:
    [[nodiscard]] bool action_passes(const containers::Event& event) const;
    [[nodiscard]] bool image_passes(const containers::Event& event) const;
    [[nodiscard]] bool has_labels(const containers::Event& event) const;

    http::Filters filters_;
};

/// EventMessage of the API, with the fields of older versions that the clients still read.
nlohmann::json describe_event(const containers::Event& event);

}  // namespace minidock::api
