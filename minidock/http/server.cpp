#include "minidock/http/server.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "minidock/base/error.hpp"
#include "minidock/http/connection.hpp"
#include "minidock/http/parser.hpp"

namespace minidock::http {

/// A connection and the thread that serves it.
struct Server::Session {
    Server& server;
    Connection connection;
    std::list<Session>::iterator self{};
};

namespace {

Fd make_event() {
    Fd event{::eventfd(0, EFD_CLOEXEC)};
    if (!event) throw SystemError("make an event to stop the server by");
    return event;
}

/// Makes an eventfd(2) readable for good: nobody reads it.
void raise(const Fd& event) noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t n = ::write(event.get(), &one, sizeof one);
}

/// An answer to what is not even a request.
void refuse(Connection& connection, const StatusError& error) {
    const auto parser = RequestParser::make(1);
    Request nothing;
    nothing.minor_version = 0;
    Exchange exchange{connection, *parser, nothing};
    exchange.send(Response::message(error.status(), error.what()));
}

/// Reads one request's head.
/// @return false when there is none: the client has closed, or nothing came in time
/// @throws StatusError when it is no HTTP, or too long, or too slow
bool read_head(Connection& connection, RequestParser& parser, const Limits& limits) {
    if (connection.buffered().empty() &&
        wait_for(connection.socket(), -1, connection.stop_fd(), limits.idle) != Wake::ready)
        return false;

    const auto deadline = std::chrono::steady_clock::now() + limits.header;
    for (;;) {
        connection.consume(parser.put(connection.buffered()));
        if (parser.head_done()) return true;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        const Wake wake = left.count() > 0 ? connection.read_more(left) : Wake::timeout;
        if (wake == Wake::client_gone) return false;
        if (wake == Wake::timeout) throw StatusError(408, "the request's head did not come");
    }
}

// [request]
/// @return whether the connection can take another request
bool serve_request(Connection& connection, const Handler& handler, const Limits& limits) {
    const auto parser = RequestParser::make(limits.header_bytes);
    if (!read_head(connection, *parser, limits)) return false;
    Exchange exchange{connection, *parser, std::move(parser->request())};
    try {
        handler(exchange);
        return exchange.finish();
    } catch (const ClientGone&) {
        return false;
    } catch (const std::exception& e) {
        if (!exchange.answered()) exchange.send(Response::message(500, e.what()));
        return false;
    }
}
// [/request]

}  // namespace

Server::Server(Fd listener, Handler handler, Limits limits)
    : listener_{std::move(listener)},
      stop_event_{make_event()},
      cut_event_{make_event()},
      handler_{std::move(handler)},
      limits_{limits} {}

Server::~Server() {
    stop();
    raise(cut_event_);
    std::unique_lock lock{mutex_};
    all_gone_.wait(lock, [this] { return sessions_.empty(); });
}

void Server::stop() noexcept {
    raise(stop_event_);
}

Connection Server::connect(Fd socket) const {
    return {std::move(socket), {stop_event_.get(), cut_event_.get()}, limits_.body, limits_.write};
}

void Server::run() {
    for (;;) {
        const Wake wake = wait_for(listener_.get(), -1, stop_event_.get(), std::nullopt);
        if (wake == Wake::stopping) break;
        accept_one();
    }
}

void Server::accept_one() {
    Fd socket{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    if (!socket) {
        // Out of descriptors or memory: connections wait in the queue until others have ended.
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
            std::unique_lock lock{mutex_};
            all_gone_.wait_for(lock, std::chrono::milliseconds{100});
        }
        return;
    }
    bool full = false;
    {
        const std::lock_guard lock{mutex_};
        full = sessions_.size() >= limits_.connections;
    }
    if (!full) return start(std::move(socket));
    try {
        Connection connection = connect(std::move(socket));
        refuse(connection, StatusError(503, "too many connections to minidockd; try again later"));
    } catch (const ClientGone&) {
        return;
    }
}

void Server::start(Fd socket) {
    Session* session = nullptr;
    {
        const std::lock_guard lock{mutex_};
        sessions_.push_back({*this, connect(std::move(socket))});
        session = &sessions_.back();
        session->self = std::prev(sessions_.end());
    }
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, limits_.stack_bytes);
    pthread_t thread{};
    const int error = ::pthread_create(&thread, &attributes, thread_main, session);
    pthread_attr_destroy(&attributes);
    if (error != 0) {
        const std::lock_guard lock{mutex_};
        sessions_.erase(session->self);  // which closes the connection; the client may try again
    }
}

void* Server::thread_main(void* session) {
    auto& own = *static_cast<Session*>(session);
    Server& server = own.server;
    server.serve(own);
    const std::lock_guard lock{server.mutex_};
    server.sessions_.erase(own.self);
    server.all_gone_.notify_all();
    return nullptr;
}

void Server::serve(Session& session) noexcept {
    Connection& connection = session.connection;
    try {
        while (serve_request(connection, handler_, limits_)) {
        }
    } catch (const StatusError& e) {
        try {
            refuse(connection, e);
        } catch (const std::exception&) {
            return;
        }
    } catch (const std::exception&) {
        return;  // the client has gone, or there is no memory to talk to it
    }
    if (connection.socket() >= 0) connection.linger();
}

bool Server::drain() {
    listener_.reset();
    std::unique_lock lock{mutex_};
    const auto none_left = [this] { return sessions_.empty(); };
    if (all_gone_.wait_for(lock, limits_.goodbye, none_left)) return true;
    raise(cut_event_);
    return all_gone_.wait_for(lock, limits_.goodbye, none_left);
}

}  // namespace minidock::http
