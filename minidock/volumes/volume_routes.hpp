// The routes of /volumes. See the Docker Engine API v1.47, section Volumes.
#pragma once

#include "minidock/api/extension.hpp"
#include "minidock/volumes/store.hpp"

namespace minidock::volumes {

class VolumeRoutes : public api::Extension {
  public:
    explicit VolumeRoutes(Store& store) : store_{store} {}

    void add_routes(http::Router& router) override;
    void describe(nlohmann::json& info) const override;
    void describe_usage(nlohmann::json& usage) const override;

  private:
    void list(http::Exchange& exchange) const;
    void create(http::Exchange& exchange);
    void inspect(http::Exchange& exchange) const;
    void remove(http::Exchange& exchange);
    void prune(http::Exchange& exchange);

    Store& store_;
};

}  // namespace minidock::volumes
