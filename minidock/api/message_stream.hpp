// The answer to long requests such as load: a JSON object a line, sent as things happen (Docker's
// "JSON messages"). Once it has begun, an error can no longer be a status; it becomes the last
// line, and the client takes its exit code from it.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "minidock/http/exchange.hpp"

namespace minidock::api {

class MessageStream {
  public:
    explicit MessageStream(http::Exchange& exchange) : exchange_{exchange} {}

    /// Does the work. An error before the first message is the caller's to answer; a later one is
    /// told as a message.
    void run(const std::function<void()>& work);

    void send(const nlohmann::json& message);
    /// A line for people, with its line break.
    void text(std::string_view line);
    void status(std::string_view status);
    /// How far the piece of work called `id` is.
    void progress(std::string_view id, std::string_view action, std::uint64_t done,
                  std::uint64_t total);

  private:
    http::Exchange& exchange_;
};

}  // namespace minidock::api
