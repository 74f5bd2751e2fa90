#include "minidock/client/daemon.hpp"

#include "minidock/base/unix_socket.hpp"

namespace minidock::client {
namespace {

constexpr std::string_view unix_scheme = "unix://";
constexpr std::string_view api_version = "1.47";

/// {"message":"…"}, or the body as it is when somebody else than minidockd answered.
std::string message_of(const std::string& body) {
    const Json document = Json::parse(body, nullptr, false);
    if (document.is_object() && document.contains("message") && document["message"].is_string())
        return document["message"].get<std::string>();
    return body.empty() ? "the daemon gave no reason" : body;
}

}  // namespace

Daemon::Daemon(const std::string& host) {
    if (host.starts_with(unix_scheme)) {
        path_ = host.substr(unix_scheme.size());
    } else if (host.starts_with('/')) {
        path_ = host;
    } else {
        throw BadParameter("host " + host + ": want unix://PATH");
    }
}

http::ClientConnection Daemon::connect() const {
    try {
        return http::ClientConnection{connect_unix(path_)};
    } catch (const SystemError& error) {
        const std::string hint = error.error() == EACCES
                                     ? "Use sudo, or join the group minidock."
                                     : "Is it running? Start it with: sudo minidockd &";
        throw Unreachable(fmt::format("cannot reach minidockd at {}: {}. {}", path_,
                                      error.code().message(), hint));
    }
}

std::string Daemon::versioned(std::string_view target) {
    return fmt::format("/v{}{}", api_version, target);
}

const http::ResponseHead& Daemon::expect_success(http::ClientConnection& connection) {
    const http::ResponseHead& head = connection.read_head();
    if (head.status >= 400) throw DaemonError(head.status, message_of(connection.read_body()));
    return head;
}

std::string Daemon::request(const std::string& method, const std::string& target,
                            std::string_view body) {
    if (!kept_) kept_ = std::make_unique<http::ClientConnection>(connect());
    // Whatever goes wrong in between leaves no connection to be used again.
    auto connection = std::exchange(kept_, nullptr);
    connection->send(method, versioned(target), body);
    try {
        const http::ResponseHead& head = expect_success(*connection);
        const bool closes = head.headers.lists("Connection", "close");
        std::string answer = connection->read_body();
        if (!closes) kept_ = std::move(connection);
        return answer;
    } catch (const DaemonError&) {
        kept_ = std::move(connection);  // the error was read whole
        throw;
    }
}

Json Daemon::get(const std::string& target) {
    return parse_json(request("GET", target), "the daemon's answer");
}

Json Daemon::post(const std::string& target, const Json& body) {
    const std::string answer = request("POST", target, body.is_null() ? "" : body.dump());
    return answer.empty() ? Json{} : parse_json(answer, "the daemon's answer");
}

}  // namespace minidock::client
