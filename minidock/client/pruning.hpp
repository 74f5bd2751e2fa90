// What the commands that prune have in common.
#pragma once

#include <string>

#include "minidock/base/json.hpp"

namespace minidock::client {

/// Asks on the terminal; nobody there to answer is a no.
/// @param what  what will be removed: "all stopped containers"
bool user_agrees(const std::string& what);

/// "Deleted Volumes:" and a name a line; nothing where there is none.
void print_deleted(const std::string& kind, const Json& names);

}  // namespace minidock::client
