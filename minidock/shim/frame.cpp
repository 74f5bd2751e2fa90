#include "minidock/shim/frame.hpp"

namespace minidock::shim {

std::array<char, 8> frame_head(Stream stream, std::size_t length) {
    const auto byte = [&](unsigned shift) { return static_cast<char>((length >> shift) & 0xFFU); };
    return {static_cast<char>(stream), 0, 0, 0, byte(24), byte(16), byte(8), byte(0)};
}

std::string frame(Stream stream, std::string_view payload) {
    const std::array<char, 8> head = frame_head(stream, payload.size());
    std::string bytes{head.data(), head.size()};
    bytes += payload;
    return bytes;
}

}  // namespace minidock::shim
