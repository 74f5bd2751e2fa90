// The routes about a container's files: archive (`docker cp`), export and changes (`docker diff`).
// See the Docker Engine API v1.47, section Containers.
#pragma once

#include "minidock/api/extension.hpp"
#include "minidock/containers/containers.hpp"
#include "minidock/containers/files.hpp"

namespace minidock::api {

class ContainerFileRoutes : public Extension {
  public:
    explicit ContainerFileRoutes(containers::Containers& containers) : containers_{containers} {}

    void add_routes(http::Router& router) override;

  private:
    [[nodiscard]] containers::ContainerPtr container_of(const http::Exchange& exchange) const;
    void stat(http::Exchange& exchange);
    void get(http::Exchange& exchange);
    void put(http::Exchange& exchange);
    void export_all(http::Exchange& exchange);
    void changes(http::Exchange& exchange);

    containers::Containers& containers_;
};

/// The mode of a file as Go's os.FileMode has it, which the API speaks: other bits than st_mode.
std::uint32_t go_file_mode(std::uint32_t mode);

/// RFC 4648, with padding.
std::string base64(std::string_view bytes);

}  // namespace minidock::api
