// The paths of Docker's API as a whole, so that what this edition of the daemon lacks can be told
// from what never existed.
#pragma once

#include "minidock/http/request.hpp"

namespace minidock::api {

/// @return whether the request's path is one of the Engine API's, version 1.47
bool is_engine_api(const http::Request& request);

}  // namespace minidock::api
