// The daemon's answers to long requests: a JSON object a line, as things happen.
#pragma once

#include <functional>

#include "minidock/base/json.hpp"
#include "minidock/http/client.hpp"

namespace minidock::client {

/// Reads an answer to its end and hands on its messages.
/// @throws Failure when one of them is an error
void read_messages(http::ClientConnection& connection,
                   const std::function<void(const Json&)>& take);

}  // namespace minidock::client
