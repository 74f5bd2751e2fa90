// The API's image routes: /images/json, /images/load, /images/create, /images/NAME/…
// What concerns a single image on this machine is in images.cpp; how images come in from files and
// go out into them, in image_arrivals.cpp and image_departures.cpp; what goes on with registries,
// in image_transfers.cpp and registry_enquiries.cpp; prune and disk usage, in image_usage.cpp.
#pragma once

#include <string>
#include <vector>

#include "minidock/api/extension.hpp"
#include "minidock/containers/events.hpp"
#include "minidock/image/store.hpp"
#include "minidock/registry/settings.hpp"

namespace minidock::api {

/// For requests about an image that is here: it is here for one platform only.
/// @throws Unsupported when the request asks for a platform
void refuse_platform(const http::Exchange& exchange);

class Images : public Extension {
  public:
    /// @param store  outlives this
    /// @param events  outlives this, and is told what happens to images
    Images(image::Store& store, containers::EventBus& events, registry::Settings settings = {})
        : store_{store}, events_{events}, settings_{std::move(settings)} {}

    void add_routes(http::Router& router) override;
    void describe(nlohmann::json& info) const override;
    void describe_usage(nlohmann::json& usage) const override;

  private:
    void list(http::Exchange& exchange) const;
    void inspect(http::Exchange& exchange) const;
    void history(http::Exchange& exchange) const;
    void tag(http::Exchange& exchange);
    void remove(http::Exchange& exchange);
    void load(http::Exchange& exchange);
    void create(http::Exchange& exchange);
    void import(http::Exchange& exchange);
    void pull(http::Exchange& exchange);
    void push(http::Exchange& exchange);
    void prune(http::Exchange& exchange);
    void save_one(http::Exchange& exchange);
    void save_several(http::Exchange& exchange);
    void save(http::Exchange& exchange, const std::vector<std::string>& names);
    void log_in(http::Exchange& exchange) const;
    void search(http::Exchange& exchange) const;
    void inspect_remote(http::Exchange& exchange) const;

    /// @param id  the image's, or what stands for it
    void tell(const std::string& action, const std::string& id, const std::string& name);

    image::Store& store_;
    containers::EventBus& events_;
    registry::Settings settings_;
};

}  // namespace minidock::api
