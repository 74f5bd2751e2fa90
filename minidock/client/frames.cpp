#include "minidock/client/frames.hpp"

#include <algorithm>

#include "minidock/base/error.hpp"

namespace minidock::client {

void FrameDecoder::feed(std::string_view bytes) {
    while (!bytes.empty()) {
        if (left_ > 0) {
            const std::size_t n = std::min(left_, bytes.size());
            sink_(stream_, bytes.substr(0, n));
            left_ -= n;
            bytes.remove_prefix(n);
            continue;
        }
        header_.at(have_++) = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        if (have_ == header_size) begin_frame();
    }
}

void FrameDecoder::begin_frame() {
    have_ = 0;
    if (header_[0] > 2 || header_[1] != 0 || header_[2] != 0 || header_[3] != 0)
        throw BadParameter("the daemon's stream is damaged: not a frame's header");
    stream_ = Stream{header_[0]};
    left_ = std::size_t{header_[4]} << 24 | std::size_t{header_[5]} << 16 |
            std::size_t{header_[6]} << 8 | std::size_t{header_[7]};
}

}  // namespace minidock::client
