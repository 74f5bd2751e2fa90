// A daemon with one container, made of a script: enough of the API for the client to run against.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "minidock/base/json.hpp"
#include "minidock/http/router.hpp"
#include "tests/support/scratch_server.hpp"

namespace minidock::test {

/// What the container does.
struct Script {
    std::string out;
    std::string err;
    int exit_code = 0;
    bool echo_input = false;    ///< after that, says its input back until its end
    bool until_signal = false;  ///< goes on until it gets a signal, and exits with 128 + signal
    std::string start_error;    ///< is not started, with a 400
    std::string create_error;   ///< is not made, with a 404
    std::vector<std::string> trace;  ///< what --explain shows
};

class FakeDaemon {
  public:
    explicit FakeDaemon(Script script);

    [[nodiscard]] std::string host() const { return "unix://" + server_.path(); }
    /// "POST /containers/create", in the order in which they came.
    [[nodiscard]] std::vector<std::string> requests() const;
    /// The body of the container's creation.
    [[nodiscard]] Json created() const;

  private:
    void answer(http::Exchange& exchange);
    void create(http::Exchange& exchange);
    void start(http::Exchange& exchange);
    void attach(http::Exchange& exchange);
    void wait(http::Exchange& exchange);
    void kill(http::Exchange& exchange);
    void await(const std::function<bool()>& condition);
    void end(int code);

    const Script script_;
    mutable std::mutex mutex_;  // protects what follows, up to the router
    std::condition_variable changed_;
    std::vector<std::string> requests_;
    Json created_;
    bool started_ = false;
    bool ended_ = false;
    bool given_up_ = false;
    int exit_code_ = 0;
    http::Router router_;
    ScratchServer server_;
};

}  // namespace minidock::test
