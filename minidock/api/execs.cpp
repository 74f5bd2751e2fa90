#include "minidock/api/execs.hpp"

#include <nlohmann/json.hpp>

#include "minidock/api/raw_stream.hpp"
#include "minidock/base/error.hpp"
#include "minidock/shim/frame.hpp"

namespace minidock::api {

using containers::Exec;
using containers::ExecConfig;
using containers::ExecPtr;
using nlohmann::json;

void ExecRoutes::add_routes(http::Router& router) {
    using http::Exchange;
    router.add("POST", "/containers/{id}/exec", [this](Exchange& exchange) { create(exchange); });
    router.add("POST", "/exec/{id}/start", [this](Exchange& exchange) { start(exchange); });
    router.add("POST", "/exec/{id}/resize", [this](Exchange& exchange) { resize(exchange); });
    router.add("GET", "/exec/{id}/json", [this](Exchange& exchange) { inspect(exchange); });
}

void ExecRoutes::create(http::Exchange& exchange) {
    const json body = exchange.read_json();
    if (!body.is_object()) throw BadParameter("want a JSON object that describes the command");
    ExecConfig config = containers::read_exec_config(body);
    check_detach_keys(config.detach_keys);
    const ExecPtr exec =
        execs_.create(containers_.get(exchange.parameter("id")), std::move(config));
    exchange.send(http::Response::json({{"Id", exec->id()}}, 201));
}

void ExecRoutes::start(http::Exchange& exchange) {
    const ExecPtr exec = execs_.get(exchange.parameter("id"));
    const json body = exchange.read_json();
    const bool detach = body.is_object() && body.value("Detach", false);
    execs_.claim(*exec);
    if (!detach) return start_attached(exchange, exec);
    try {
        execs_.start(exec, Fd{}, Fd{});
    } catch (const containers::StartError& error) {
        throw http::StatusError(400, error.what());
    }
    exchange.send(http::Response::empty(200));
}

/// Once the connection has been taken over there is no status to tell a failure by: as in Docker it
/// is told as output, and the exit code says that it was one.
void ExecRoutes::start_attached(http::Exchange& exchange, const ExecPtr& exec) {
    const bool terminal = exec->config().tty;
    http::Hijacked connection = exchange.hijack(stream_content_type(terminal, exchange.request()));
    try {
        execs_.start(exec, connection.fd, file_with(connection.early));
    } catch (const containers::StartError& error) {
        const std::string line = std::string{error.what()} + "\r\n";
        write_all(connection.fd.get(), terminal ? line : shim::frame(shim::Stream::output, line),
                  "to a client");
    }
}

void ExecRoutes::resize(http::Exchange& exchange) {
    const TerminalSize size = terminal_size(exchange.query());
    execs_.resize(*execs_.get(exchange.parameter("id")), size.columns, size.rows);
    exchange.send(http::Response::empty(200));
}

void ExecRoutes::inspect(http::Exchange& exchange) {
    const ExecPtr exec = execs_.get(exchange.parameter("id"));
    const ExecConfig& config = exec->config();
    const Exec::State state = exec->state();
    const bool ended = state.status == Exec::Status::ended;
    exchange.send(http::Response::json(
        {{"ID", exec->id()},
         {"Running", state.status == Exec::Status::running},
         {"ExitCode", ended ? json(state.exit_code) : json(nullptr)},
         {"ProcessConfig",
          {{"tty", config.tty},
           {"entrypoint", config.cmd.front()},
           {"arguments", std::vector<std::string>{config.cmd.begin() + 1, config.cmd.end()}},
           {"privileged", config.privileged},
           {"user", config.user}}},
         {"OpenStdin", config.attach_stdin},
         {"OpenStdout", config.attach_stdout},
         {"OpenStderr", config.attach_stderr},
         {"CanRemove", ended},
         {"ContainerID", exec->container()->id()},
         {"DetachKeys", config.detach_keys},
         {"Pid", state.pid}}));
}

}  // namespace minidock::api
