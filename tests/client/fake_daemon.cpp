#include "tests/client/fake_daemon.hpp"

#include <array>

#include "minidock/base/error.hpp"

namespace minidock::test {
namespace {

constexpr const char* id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

std::string frame(char stream, std::string_view payload) {
    std::string text{stream, 0, 0, 0, 0, 0};
    text += static_cast<char>(payload.size() >> 8);
    text += static_cast<char>(payload.size() & 0xff);
    return text + std::string{payload};
}

}  // namespace

FakeDaemon::FakeDaemon(Script script)
    : script_{std::move(script)},
      exit_code_{script_.exit_code},
      server_{[this](http::Exchange& exchange) { answer(exchange); }} {
    const auto route = [this](const char* method, const char* pattern,
                              void (FakeDaemon::*handler)(http::Exchange&)) {
        router_.add(method, std::string{"/v1.47"} + pattern,
                    [this, handler](http::Exchange& exchange) { (this->*handler)(exchange); });
    };
    route("POST", "/containers/create", &FakeDaemon::create);
    route("POST", "/containers/{id}/start", &FakeDaemon::start);
    route("POST", "/containers/{id}/attach", &FakeDaemon::attach);
    route("POST", "/containers/{id}/wait", &FakeDaemon::wait);
    route("POST", "/containers/{id}/kill", &FakeDaemon::kill);
}

std::vector<std::string> FakeDaemon::requests() const {
    const std::lock_guard lock{mutex_};
    return requests_;
}

Json FakeDaemon::created() const {
    const std::lock_guard lock{mutex_};
    return created_;
}

void FakeDaemon::answer(http::Exchange& exchange) {
    try {
        const auto& handler = router_.find(exchange.request());
        {
            const std::lock_guard lock{mutex_};
            requests_.push_back(exchange.request().method + " " +
                                exchange.request().path.substr(std::string{"/v1.47"}.size()));
        }
        handler(exchange);
    } catch (const NotFound& error) {
        exchange.send(http::Response::message(404, error.what()));
    }
}

void FakeDaemon::await(const std::function<bool()>& condition) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, std::chrono::seconds{10}, condition);
}

void FakeDaemon::end(int code) {
    const std::lock_guard lock{mutex_};
    exit_code_ = code;
    ended_ = true;
    changed_.notify_all();
}

void FakeDaemon::create(http::Exchange& exchange) {
    const Json body = exchange.read_json();
    if (!script_.create_error.empty()) throw NotFound(script_.create_error);
    const std::lock_guard lock{mutex_};
    created_ = body;
    exchange.send(http::Response::json({{"Id", id}, {"Warnings", Json::array()}}, 201));
}

void FakeDaemon::start(http::Exchange& exchange) {
    if (exchange.query().flag("explain")) {
        exchange.start_stream(200, "application/json");
        for (const std::string& line : script_.trace)
            exchange.write(Json({{"explain", line}}).dump() + "\n");
        if (!script_.start_error.empty())
            exchange.write(Json({{"error", script_.start_error}}).dump() + "\n");
    } else if (script_.start_error.empty()) {
        exchange.send(http::Response::empty());
    } else {
        exchange.send(http::Response::message(400, script_.start_error));
    }
    const std::lock_guard lock{mutex_};
    (script_.start_error.empty() ? started_ : given_up_) = true;
    changed_.notify_all();
}

void FakeDaemon::attach(http::Exchange& exchange) {
    const http::Hijacked taken = exchange.hijack("application/vnd.docker.multiplexed-stream");
    await([this] { return started_ || given_up_; });
    if (!script_.start_error.empty()) return;
    const int fd = taken.fd.get();
    write_all(fd, frame(1, script_.out) + frame(2, script_.err), "the client");
    if (script_.echo_input) {
        std::string input = taken.early + read_all(fd, "the client's input");
        write_all(fd, frame(1, input), "the client");
    }
    if (script_.until_signal)
        await([this] { return ended_; });
    else
        end(script_.exit_code);
}

void FakeDaemon::wait(http::Exchange& exchange) {
    exchange.start_stream(200, "application/json");
    await([this] { return ended_ || given_up_; });
    int code = 0;
    {
        const std::lock_guard lock{mutex_};
        code = exit_code_;
    }
    exchange.write(Json({{"StatusCode", code}}).dump() + "\n");
}

void FakeDaemon::kill(http::Exchange& exchange) {
    end(128 + static_cast<int>(exchange.query().integer("signal").value_or(0)));
    exchange.send(http::Response::empty());
}

}  // namespace minidock::test
