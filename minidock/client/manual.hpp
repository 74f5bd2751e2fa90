// The manual pages, one for each command, in the form of man(7). They are made from the tree that
// reads the command line, when minidock is built.
#pragma once

#include <string>
#include <vector>

#include "minidock/client/command.hpp"
#include "minidock/client/description.hpp"

namespace minidock::client {

/// The page of a command: "minidock-volume-rm(1)".
std::string manual_page(const Description& description);

/// `__manual FOLDER`, which writes all pages. The table must outlive it.
std::vector<Command> manual_commands(const CommandTable& table);

}  // namespace minidock::client
