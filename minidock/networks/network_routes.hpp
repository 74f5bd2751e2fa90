// The API of networks: /networks and what stands below it (Docker Engine API v1.47, Network).
#pragma once

#include "minidock/api/extension.hpp"
#include "minidock/http/exchange.hpp"
#include "minidock/networks/connections.hpp"

namespace minidock::networks {

class NetworkRoutes : public api::Extension {
  public:
    explicit NetworkRoutes(Connections& connections) : connections_{connections} {}
    void add_routes(http::Router& router) override;
    void describe(nlohmann::json& info) const override;

  private:
    using Method = void (NetworkRoutes::*)(http::Exchange&);
    void list(http::Exchange& exchange);
    void create(http::Exchange& exchange);
    void inspect(http::Exchange& exchange);
    void remove(http::Exchange& exchange);
    void connect(http::Exchange& exchange);
    void disconnect(http::Exchange& exchange);
    void prune(http::Exchange& exchange);

    [[nodiscard]] bool passes(const Network& network, const http::Filters& filters) const;
    void announce(const Network& network, const std::string& action,
                  const std::string& container = {}) const;

    Connections& connections_;
};

}  // namespace minidock::networks
