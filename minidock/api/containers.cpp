#include "minidock/api/containers.hpp"

#include <unistd.h>

#include <array>
#include <csignal>
#include <exception>
#include <nlohmann/json.hpp>
#include <thread>

#include "minidock/api/raw_stream.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/trace.hpp"

namespace minidock::api {

using containers::ContainerPtr;
using containers::Containers;
using nlohmann::json;

void ContainerRoutes::add_routes(http::Router& router) {
    const auto route = [&](const char* method, const char* pattern, Method handler) {
        router.add(method, pattern,
                   [this, handler](http::Exchange& exchange) { (this->*handler)(exchange); });
    };
    route("GET", "/containers/json", &ContainerRoutes::list);
    route("POST", "/containers/create", &ContainerRoutes::create);
    route("GET", "/containers/{id}/json", &ContainerRoutes::inspect);
    route("POST", "/containers/{id}/start", &ContainerRoutes::start);
    route("POST", "/containers/{id}/stop", &ContainerRoutes::stop);
    route("POST", "/containers/{id}/restart", &ContainerRoutes::restart);
    route("POST", "/containers/{id}/kill", &ContainerRoutes::kill);
    route("POST", "/containers/{id}/pause", &ContainerRoutes::pause);
    route("POST", "/containers/{id}/unpause", &ContainerRoutes::unpause);
    route("POST", "/containers/{id}/rename", &ContainerRoutes::rename);
    route("POST", "/containers/{id}/resize", &ContainerRoutes::resize);
    route("POST", "/containers/{id}/wait", &ContainerRoutes::wait);
    route("POST", "/containers/{id}/attach", &ContainerRoutes::attach);
    route("GET", "/containers/{id}/logs", &ContainerRoutes::logs);
    route("DELETE", "/containers/{id}", &ContainerRoutes::remove);
}

void ContainerRoutes::describe(json& info) const {
    int running = 0;
    int paused = 0;
    int stopped = 0;
    for (const ContainerPtr& container : containers_.list()) {
        const containers::Status status = container->state().status;
        int& count =
            status == containers::Status::running || status == containers::Status::restarting
                ? running
            : status == containers::Status::paused ? paused
                                                   : stopped;
        ++count;
    }
    info["Containers"] = running + paused + stopped;
    info["ContainersRunning"] = running;
    info["ContainersPaused"] = paused;
    info["ContainersStopped"] = stopped;
}

ContainerPtr ContainerRoutes::container_of(const http::Exchange& exchange) const {
    return containers_.get(exchange.parameter("id"));
}

void ContainerRoutes::create(http::Exchange& exchange) {
    const json body = exchange.read_json();
    if (!body.is_object()) throw BadParameter("want a JSON object that describes the container");
    const Containers::Created created = containers_.create(body, exchange.query().text("name"));
    exchange.send(http::Response::json({{"Id", created.id}, {"Warnings", created.warnings}}, 201));
}

void ContainerRoutes::start(http::Exchange& exchange) {
    const ContainerPtr container = container_of(exchange);
    if (exchange.query().flag("explain")) return start_and_explain(exchange, container);
    try {
        const bool started = containers_.start(container);
        exchange.send(http::Response::empty(started ? 204 : 304));
    } catch (const containers::StartError& error) {
        throw http::StatusError(400, error.what());
    }
}

namespace {

/// Copies a text, line by line as it comes, as {"explain":"…"}.
void copy_lines(int from, http::Exchange& exchange) {
    std::string waiting;
    std::array<char, 4096> buffer{};
    for (;;) {
        const ssize_t n = ::read(from, buffer.data(), buffer.size());
        if (n <= 0) return;
        waiting.append(buffer.data(), static_cast<std::size_t>(n));
        std::string lines;
        for (std::size_t end = 0; (end = waiting.find('\n')) != std::string::npos;) {
            const json line{{"explain", waiting.substr(0, end)}};
            lines += line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
            waiting.erase(0, end + 1);
        }
        if (!lines.empty()) exchange.write(lines);
    }
}

}  // namespace

/// We, the shim and the runtime write our kernel calls into a pipe while the container starts.
void ContainerRoutes::start_and_explain(http::Exchange& exchange, const ContainerPtr& container) {
    exchange.start_stream(200, "application/json");
    Pipe pipe = Pipe::make();
    std::string failure;
    std::thread starter{[&] {
        const trace::Scope scope{pipe.write_end.get(), "minidockd"};
        try {
            containers_.start(container, pipe.write_end.get());
        } catch (const std::exception& error) {
            failure = error.what();
        }
        pipe.write_end.reset();
    }};
    std::exception_ptr client_error;
    try {
        copy_lines(pipe.read_end.get(), exchange);
    } catch (...) {
        client_error = std::current_exception();
        pipe.read_end.reset();  // nobody listens: the writers go on without us
    }
    starter.join();
    if (client_error) std::rethrow_exception(client_error);
    if (!failure.empty()) exchange.write(json{{"error", failure}}.dump() + "\n");
}

namespace {

struct StopWish {
    int signal;
    std::optional<std::chrono::seconds> timeout;  ///< none: for ever
};

StopWish stop_wish(const http::Exchange& exchange, const containers::Container& container) {
    const containers::Config& config = container.definition().config;
    const std::string signal = exchange.query().text("signal", config.stop_signal);
    constexpr std::int64_t default_timeout = 10;  // seconds, as Docker has it
    const std::int64_t timeout =
        exchange.query().integer("t").value_or(config.stop_timeout.value_or(default_timeout));
    return {.signal = signal.empty() ? SIGTERM : containers::parse_signal(signal),
            .timeout = timeout < 0 ? std::nullopt : std::optional{std::chrono::seconds{timeout}}};
}

}  // namespace

void ContainerRoutes::stop(http::Exchange& exchange) {
    const ContainerPtr container = container_of(exchange);
    const StopWish wish = stop_wish(exchange, *container);
    const bool was_running = containers_.stop(container, wish.signal, wish.timeout);
    exchange.send(http::Response::empty(was_running ? 204 : 304));
}

void ContainerRoutes::restart(http::Exchange& exchange) {
    const ContainerPtr container = container_of(exchange);
    const StopWish wish = stop_wish(exchange, *container);
    try {
        containers_.restart(container, wish.signal, wish.timeout);
    } catch (const containers::StartError& error) {
        throw http::StatusError(400, error.what());
    }
    exchange.send(http::Response::empty());
}

void ContainerRoutes::kill(http::Exchange& exchange) {
    const ContainerPtr container = container_of(exchange);
    const std::string signal = exchange.query().text("signal", "KILL");
    containers_.kill(*container, containers::parse_signal(signal));
    exchange.send(http::Response::empty());
}

void ContainerRoutes::pause(http::Exchange& exchange) {
    containers_.pause(*container_of(exchange));
    exchange.send(http::Response::empty());
}

void ContainerRoutes::unpause(http::Exchange& exchange) {
    containers_.unpause(*container_of(exchange));
    exchange.send(http::Response::empty());
}

void ContainerRoutes::rename(http::Exchange& exchange) {
    containers_.rename(*container_of(exchange), exchange.query().text("name"));
    exchange.send(http::Response::empty());
}

void ContainerRoutes::remove(http::Exchange& exchange) {
    containers_.remove(container_of(exchange), exchange.query().flag("force"),
                       exchange.query().flag("v"));
    exchange.send(http::Response::empty());
}

void ContainerRoutes::resize(http::Exchange& exchange) {
    const TerminalSize size = terminal_size(exchange.query());
    containers_.resize(*container_of(exchange), size.columns, size.rows);
    exchange.send(http::Response::empty(200));
}

/// The head of the answer goes out at once: a client starts the container only once it knows that
/// its wait has begun.
void ContainerRoutes::wait(http::Exchange& exchange) {
    const ContainerPtr container = container_of(exchange);
    const auto waiter =
        container->wait(containers::parse_wait_condition(exchange.query().text("condition")));
    exchange.start_stream(200, "application/json");
    if (exchange.wait(waiter->fd()) != http::Wake::ready) throw http::ClientGone{};
    json answer{{"StatusCode", waiter->result().exit_code}};
    if (!waiter->result().error.empty()) answer["Error"] = {{"Message", waiter->result().error}};
    exchange.write(answer.dump() + "\n");
}

}  // namespace minidock::api
