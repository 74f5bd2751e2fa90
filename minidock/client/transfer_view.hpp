// What a pull or a push looks like while it goes on: on a terminal a line for each layer, with a
// bar, its speed and the time that is left; elsewhere a line for each thing that happens.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "minidock/base/json.hpp"

namespace minidock::client {

/// "[=====>    ]  3.1MB/12MB  1.5MB/s  6s left", from what has been done in which time.
std::string progress_bar(std::uint64_t done, std::uint64_t total,
                         std::chrono::duration<double> time);

class TransferView {
  public:
    /// @param rows  how high the terminal is; 0 when there is none
    explicit TransferView(unsigned rows) : rows_{rows} {}

    /// Takes in a message of the daemon's stream.
    /// @return what is to be printed for it
    std::string show(const Json& message);

  private:
    struct Line {
        std::string text;
        std::string status;
        std::chrono::steady_clock::time_point since;  ///< when this status was new
    };

    std::string redraw(const std::string& id, std::string text);

    unsigned rows_;
    std::vector<std::string> order_;
    std::map<std::string, Line> lines_;
};

}  // namespace minidock::client
