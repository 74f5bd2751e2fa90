// The routes of `docker exec`: POST /containers/ID/exec and /exec/ID/… See the Docker Engine API
// v1.47, section Exec.
#pragma once

#include "minidock/api/extension.hpp"
#include "minidock/containers/exec.hpp"

namespace minidock::api {

class ExecRoutes : public Extension {
  public:
    /// @param execs  outlives this
    ExecRoutes(containers::Containers& containers, containers::Execs& execs)
        : containers_{containers}, execs_{execs} {}

    void add_routes(http::Router& router) override;

  private:
    void create(http::Exchange& exchange);
    void start(http::Exchange& exchange);
    void start_attached(http::Exchange& exchange, const containers::ExecPtr& exec);
    void resize(http::Exchange& exchange);
    void inspect(http::Exchange& exchange);

    containers::Containers& containers_;
    containers::Execs& execs_;
};

}  // namespace minidock::api
