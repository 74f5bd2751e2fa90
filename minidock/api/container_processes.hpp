// The routes that tell what a running container does: top and stats. See the Docker Engine API
// v1.47, ContainerTop and ContainerStats.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "minidock/api/extension.hpp"
#include "minidock/containers/containers.hpp"

namespace minidock::api {

class ContainerProcessRoutes : public Extension {
  public:
    explicit ContainerProcessRoutes(containers::Containers& containers) : containers_{containers} {}

    void add_routes(http::Router& router) override;

  private:
    void top(http::Exchange& exchange);
    void stats(http::Exchange& exchange);
    [[nodiscard]] nlohmann::json sample(const containers::Container& container) const;

    containers::Containers& containers_;
};

/// Of ps(1)'s table the rows of these processes: {"Titles": […], "Processes": [[…]]}.
/// @throws BadParameter when the table has no column PID
nlohmann::json pick_processes(const std::string& table, const std::vector<pid_t>& pids);

/// /proc/PID/net/dev (proc(5)) as the API's "networks", without the loopback interface.
nlohmann::json describe_interfaces(const std::string& net_dev);

}  // namespace minidock::api
