// The commands that make a container and talk with it: run, create, start, attach.
#pragma once

#include "minidock/client/command.hpp"

namespace minidock::client {

class MoreContainerOptions;

/// @param more  options of later chapters for run and create; they must outlive the commands
std::vector<Command> run_commands(const std::vector<MoreContainerOptions*>& more = {});

/// The exit code for a container that could not be started, by the runtime's words: 127 when the
/// program was not found, 126 when it is not executable, else 125.
int start_failure_code(std::string_view message);

}  // namespace minidock::client
