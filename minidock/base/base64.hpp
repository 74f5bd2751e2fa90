// Base64, RFC 4648: the form of credentials in headers and in Docker's config.json.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace minidock {

/// In the standard alphabet, padded.
std::string to_base64(std::string_view bytes);
/// From either alphabet (the other is that of URLs), padded or not.
/// @return none when it is no base64
std::optional<std::string> from_base64(std::string_view text);

}  // namespace minidock
