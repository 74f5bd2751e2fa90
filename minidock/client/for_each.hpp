// Commands that do the same to each of several things.
#pragma once

#include <functional>
#include <string>

#include "minidock/client/command.hpp"

namespace minidock::client {

/// "/containers/NAME", escaped.
std::string container_path(const std::string& name);

/// Does something to each; one that fails is complained about, and does not keep it from the
/// others.
/// @param verb  "stop", for the complaint; if empty, the complaint is the daemon's words alone
/// @return the exit code
int for_each(const Arguments& names, const std::string& verb,
             const std::function<void(const std::string&)>& act);

/// `stop` or `restart`: each takes containers, a signal, and a time after which it kills.
Command stopping_command(const std::string& verb, const std::string& summary);

}  // namespace minidock::client
