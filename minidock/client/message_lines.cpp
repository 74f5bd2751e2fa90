#include "minidock/client/message_lines.hpp"

#include <array>

#include "minidock/client/command.hpp"

namespace minidock::client {

void read_messages(http::ClientConnection& connection,
                   const std::function<void(const Json&)>& take) {
    std::string text;
    std::array<char, 16384> piece{};
    while (const std::size_t n = connection.read_body(piece)) {
        text.append(piece.data(), n);
        for (std::size_t end = 0; (end = text.find('\n')) != std::string::npos;
             text.erase(0, end + 1)) {
            if (text.find_first_not_of(" \r") >= end) continue;
            const Json line =
                parse_json(std::string_view{text}.substr(0, end), "the daemon's answer");
            if (line.contains("error")) throw Failure(1, line["error"].get<std::string>());
            take(line);
        }
    }
}

}  // namespace minidock::client
