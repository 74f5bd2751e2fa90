// The frames in which a container's output comes when it has no terminal: 8 bytes of header (the
// stream, three zeros, the length in big endian), then the payload. See "Stream format" at
// ContainerAttach in the Engine API.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace minidock::client {

class FrameDecoder {
  public:
    enum class Stream : std::uint8_t { standard_input, standard_output, standard_error };
    using Sink = std::function<void(Stream, std::string_view)>;

    explicit FrameDecoder(Sink sink) : sink_{std::move(sink)} {}

    /// Takes bytes as they come, cut anywhere, and hands their payload to the sink.
    /// @throws BadParameter when a header is none
    void feed(std::string_view bytes);
    /// Whether the bytes so far end in the middle of a frame.
    [[nodiscard]] bool torn() const noexcept { return have_ > 0 || left_ > 0; }

  private:
    void begin_frame();

    static constexpr std::size_t header_size = 8;
    Sink sink_;
    std::array<unsigned char, header_size> header_{};
    std::size_t have_ = 0;  // of the header
    std::size_t left_ = 0;  // of the payload
    Stream stream_ = Stream::standard_output;
};

}  // namespace minidock::client
