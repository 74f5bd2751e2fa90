// POST /commit: an image made of a container. It stands between the images and the containers, and
// is an extension of its own.
#pragma once

#include "minidock/api/extension.hpp"
#include "minidock/containers/containers.hpp"

namespace minidock::api {

class Commits : public Extension {
  public:
    /// @param containers  outlives this
    explicit Commits(containers::Containers& containers) : containers_{containers} {}

    void add_routes(http::Router& router) override;

  private:
    void commit(http::Exchange& exchange);

    containers::Containers& containers_;
};

}  // namespace minidock::api
