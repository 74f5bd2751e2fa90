// The options of `minidock run` and `create` that have to do with networks: -p, --ip, --dns, …, as
// Docker's client reads them.
#pragma once

#include <string>

#include "minidock/client/container_options.hpp"

namespace minidock::networks {

class NetworkOptions : public client::MoreContainerOptions {
  public:
    void add_to(client::CommandLine& line) override;
    void complete(Json& body) const override;

  private:
    client::Arguments ports_;
    client::Arguments exposed_;
    client::Arguments aliases_;
    client::Arguments links_;
    client::Arguments dns_;
    client::Arguments dns_search_;
    client::Arguments dns_options_;
    client::Arguments hosts_;
    std::string ip_;
    std::string ip6_;
    std::string mac_;
    bool publish_all_ = false;
};

/// "127.0.0.1:8000-8001:80-81/udp" as elements of HostConfig.PortBindings and Config.ExposedPorts.
/// @throws BadParameter
void add_published(Json& bindings, Json& exposed, const std::string& text);

}  // namespace minidock::networks
