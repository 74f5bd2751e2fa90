// The commands that move files: cp, export.
#pragma once

#include "minidock/client/command.hpp"

namespace minidock::client {

std::vector<Command> copy_commands();

/// One side of `cp`: "box:/etc/motd", "/etc/motd", or "-" for a tar on our own streams.
struct CopySide {
    std::string container;  ///< empty: our own machine
    std::string path;
    [[nodiscard]] bool is_stream() const { return container.empty() && path == "-"; }
};
/// As Docker reads it: what begins with "/" or "." is a path, whatever colons are in it.
CopySide parse_copy_side(const std::string& text);

}  // namespace minidock::client
