// The routes that keep containers in order: update, prune, and the containers' part of
// GET /system/df. See the Docker Engine API v1.47.
#pragma once

#include "minidock/api/extension.hpp"
#include "minidock/containers/containers.hpp"

namespace minidock::api {

class ContainerUpkeepRoutes : public Extension {
  public:
    explicit ContainerUpkeepRoutes(containers::Containers& containers) : containers_{containers} {}

    void add_routes(http::Router& router) override;

  private:
    void update(http::Exchange& exchange);
    void prune(http::Exchange& exchange);

    containers::Containers& containers_;
};

/// The bytes in the files of a container's writable layer.
std::uint64_t size_of_writable_layer(const containers::Container& container);

}  // namespace minidock::api
