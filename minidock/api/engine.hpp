// The daemon's API: from a request to a handler and from an error to a status. What it serves is
// brought by extensions (images, containers, and later chapters' volumes, networks, builds): the
// engine knows none of them.
#pragma once

#include <string>
#include <vector>

#include "minidock/api/extension.hpp"
#include "minidock/http/exchange.hpp"
#include "minidock/http/router.hpp"

namespace minidock::api {

/// What the daemon was started with, as /info and /version tell it.
struct Settings {
    std::string socket = "/run/minidock.sock";
    std::string data_root = "/var/lib/minidock";
    std::string exec_root = "/run/minidock";
    std::string runtime;  ///< the path of the OCI runtime
    std::string id;       ///< tells this daemon from others
    bool debug = false;
};

class Engine {
  public:
    /// Serves the system routes: /_ping, /version, /info.
    explicit Engine(Settings settings);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Takes in the routes of an extension, which must outlive the engine. Before the first
    /// request only.
    void add(Extension& extension);

    /// Serves one request. Any number of threads may call it at once.
    void handle(http::Exchange& exchange);

  private:
    void add_system_routes();
    void add_usage_route();
    void dispatch(http::Exchange& exchange);

    Settings settings_;
    http::Router router_;
    std::vector<Extension*> extensions_;
};

}  // namespace minidock::api
