// The machine's networks as a drawing: text for Graphviz's dot(1), which makes an SVG of it.
#pragma once

#include <string>

#include "minidock/base/json.hpp"

namespace minidock::networks {

/// @param networks  as GET /networks/ID gives them, with their containers
std::string network_graph(const Json& networks);

}  // namespace minidock::networks
