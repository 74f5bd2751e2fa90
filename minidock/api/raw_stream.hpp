// Connections that are taken over for a program's input and output, by attach and exec: what they
// are called, and how they are handed to the shim. See the Docker Engine API v1.47,
// ContainerAttach.
#pragma once

#include <string>

#include "minidock/base/fd.hpp"
#include "minidock/http/exchange.hpp"

namespace minidock::api {

/// The content type of the stream: raw from a terminal, else in frames. Before 1.42 the API had one
/// for both.
const char* stream_content_type(bool terminal, const http::Request& request);

/// A file with what the client has sent already; none when that is nothing.
Fd file_with(const std::string& content);

/// Docker's keys where the user has no wish of their own.
/// @throws BadParameter in Docker's words
void check_detach_keys(const std::string& wish);

/// A terminal's size in the query: h and w. @throws BadParameter
struct TerminalSize {
    std::uint16_t columns = 0;
    std::uint16_t rows = 0;
};
TerminalSize terminal_size(const http::Query& query);

}  // namespace minidock::api
