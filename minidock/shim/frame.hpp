// Docker's multiplexed stream: output and errors over one connection, in frames of a head of 8
// bytes and a payload. See the Docker Engine API, "Attach to a container", "Stream format".
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace minidock::shim {

/// The numbers are those of the frames.
enum class Stream : unsigned char { output = 1, errors = 2 };

/// The stream, three zero bytes, the payload's length (big-endian).
std::array<char, 8> frame_head(Stream stream, std::size_t length);

/// A whole frame.
std::string frame(Stream stream, std::string_view payload);

}  // namespace minidock::shim
