// What a part of the engine brings to the daemon's API. Chapter 8 has two, images and containers;
// every later chapter adds its own and changes nothing here.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "minidock/http/router.hpp"

namespace minidock::api {

class Extension {
  public:
    virtual ~Extension() = default;
    /// Adds its routes, without the version's prefix: "/images/{name...}/json".
    virtual void add_routes(http::Router& router) = 0;
    /// Fills in what it knows of the answer to GET /info: {"Images": 3}. On any thread.
    virtual void describe(nlohmann::json& /*info*/) const {}
    /// Adds its things and their sizes to the answer to GET /system/df: {"Volumes": [...]}.
    virtual void describe_usage(nlohmann::json& /*usage*/) const {}
};

}  // namespace minidock::api
