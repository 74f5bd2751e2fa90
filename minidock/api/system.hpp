// The answers to GET /version and GET /info: what the daemon is and what machine it runs on.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "minidock/api/engine.hpp"

namespace minidock::api {

nlohmann::json describe_version(const Settings& settings);

/// All of /info that is not an extension's to tell.
nlohmann::json describe_system(const Settings& settings);

}  // namespace minidock::api
