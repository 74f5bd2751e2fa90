// The options of `minidock run` and `create` that mount something: -v, --mount, --volumes-from,
// --volume-driver and --tmpfs, as Docker's client reads them.
#pragma once

#include <string>

#include "minidock/client/container_options.hpp"

namespace minidock::volumes {

class MountOptions : public client::MoreContainerOptions {
  public:
    void add_to(client::CommandLine& line) override;
    void complete(Json& body) const override;

  private:
    client::Arguments volumes_;
    client::Arguments mounts_;
    client::Arguments volumes_from_;
    client::Arguments tmpfs_;
    std::string volume_driver_;
};

/// "type=bind,source=/x,target=/y,readonly" as an element of HostConfig.Mounts. A value in double
/// quotes may have commas in it, as in a CSV file (RFC 4180).
/// @throws BadParameter
Json parse_mount_option(const std::string& text);

/// A bind's source as the daemon wants it: "./x" is a folder of the user's, "x" a volume.
std::string with_absolute_source(const std::string& bind);

}  // namespace minidock::volumes
