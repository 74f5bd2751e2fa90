// The routes of /containers: Docker's requests, and what they ask of containers/. See the Docker
// Engine API v1.47, section Containers.
#pragma once

#include "minidock/api/extension.hpp"
#include "minidock/containers/containers.hpp"

namespace minidock::api {

class ContainerRoutes : public Extension {
  public:
    explicit ContainerRoutes(containers::Containers& containers) : containers_{containers} {}

    void add_routes(http::Router& router) override;
    void describe(nlohmann::json& info) const override;
    void describe_usage(nlohmann::json& usage) const override;

  private:
    using Method = void (ContainerRoutes::*)(http::Exchange&);

    [[nodiscard]] containers::ContainerPtr container_of(const http::Exchange& exchange) const;

    // containers.cpp: a container's life
    void create(http::Exchange& exchange);
    void start(http::Exchange& exchange);
    void start_and_explain(http::Exchange& exchange, const containers::ContainerPtr& container);
    void stop(http::Exchange& exchange);
    void restart(http::Exchange& exchange);
    void kill(http::Exchange& exchange);
    void pause(http::Exchange& exchange);
    void unpause(http::Exchange& exchange);
    void rename(http::Exchange& exchange);
    void remove(http::Exchange& exchange);
    void resize(http::Exchange& exchange);
    void wait(http::Exchange& exchange);

    // container_streams.cpp: its output and input
    void attach(http::Exchange& exchange);
    void logs(http::Exchange& exchange);

    // container_list.cpp: looking
    void list(http::Exchange& exchange);
    void inspect(http::Exchange& exchange);

    containers::Containers& containers_;
};

}  // namespace minidock::api
