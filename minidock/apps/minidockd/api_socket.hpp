// The socket at which clients call: one of the daemon's own, or one that systemd has opened before
// it started the daemon, and keeps open while there is none. See sd_listen_fds(3),
// systemd.socket(5).
#pragma once

#include <string>

#include "minidock/apps/minidockd/options.hpp"
#include "minidock/base/fd.hpp"

namespace minidock::apps {

struct ApiSocket {
    Fd listener;
    std::string path;  ///< where clients find it
    bool own = true;   ///< to be removed when the daemon ends
};

/// Opens the socket that the options name, or takes systemd's for "fd://".
/// @throws BadParameter when systemd has handed over none, several, or one that is no Unix socket;
/// Conflict when another daemon answers at the path already
ApiSocket open_api_socket(const DaemonOptions& options);

}  // namespace minidock::apps
