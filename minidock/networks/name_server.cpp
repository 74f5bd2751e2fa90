#include "minidock/networks/name_server.hpp"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

#include "minidock/base/error.hpp"
#include "minidock/base/log.hpp"
#include "minidock/networks/etc_files.hpp"
#include "minidock/networks/name_stream.hpp"

namespace minidock::networks {

using Clock = std::chrono::steady_clock;
using dns::Question;

namespace {

constexpr std::chrono::seconds upstream_patience{2};
constexpr std::size_t most_forwarded = 1024;
constexpr int most_connections = 64;

std::uint16_t random_id16() {
    std::uint16_t id = 0;
    if (::getrandom(&id, sizeof id, 0) < 0) throw SystemError("get random bytes");
    return id;
}

}  // namespace

/// A question on its way to an upstream server, on a socket of its own: whoever wants to forge the
/// answer must guess its port and its id.
struct NameServer::Forwarded {
    ClientPtr client;
    sockaddr_storage asker{};
    socklen_t asker_size = 0;
    std::string query;  ///< with our id
    Question question;  ///< with the asker's
    std::size_t next_upstream = 0;
    Fd socket;
    Clock::time_point deadline{};
};

NameServer::Sockets NameServer::open_sockets() {
    const auto open = [](int type) {
        Fd socket{::socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
        if (!socket) throw SystemError("make a socket for the name server");
        const int on = 1;
        if (type == SOCK_STREAM)
            ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        const SocketAddress own = socket_address(IpAddress::parse(name_server_address), dns_port);
        if (::bind(socket.get(), own.get(), own.size) < 0)
            throw SystemError("take port 53 of 127.0.0.11 in the container");
        if (type == SOCK_STREAM && ::listen(socket.get(), 16) < 0)
            throw SystemError("listen on port 53");
        return socket;
    };
    return {open(SOCK_DGRAM), open(SOCK_STREAM)};
}

NameServer::NameServer(Lookup lookup)
    : lookup_{std::move(lookup)},
      epoll_{::epoll_create1(EPOLL_CLOEXEC)},
      stop_event_{::eventfd(0, EFD_CLOEXEC)} {
    if (!epoll_ || !stop_event_) throw SystemError("make an epoll");
    epoll_event event{.events = EPOLLIN, .data = {.fd = stop_event_.get()}};
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, stop_event_.get(), &event);
    thread_ = std::thread{[this] { loop(); }};
}

NameServer::~NameServer() {
    ::eventfd_write(stop_event_.get(), 1);
    thread_.join();
    for (;;) {  // those of TCP end by their time limits
        {
            const std::lock_guard lock{mutex_};
            if (connections_ == 0) return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
}

void NameServer::serve(const std::string& container, Sockets sockets,
                       std::vector<IpAddress> upstream) {
    const auto client =
        std::make_shared<Client>(Client{container, std::move(sockets), std::move(upstream)});
    const std::lock_guard lock{mutex_};
    for (const Fd* socket : {&client->sockets.udp, &client->sockets.tcp}) {
        clients_[socket->get()] = client;
        epoll_event event{.events = EPOLLIN, .data = {.fd = socket->get()}};
        if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket->get(), &event) < 0)
            throw SystemError("watch a socket of the name server");
    }
}

void NameServer::stop(const std::string& container) {
    const std::lock_guard lock{mutex_};
    std::erase_if(clients_, [&](const auto& entry) {
        if (entry.second->container != container) return false;
        ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, entry.first, nullptr);
        return true;
    });
}

bool NameServer::serves(const std::string& container) {
    const std::lock_guard lock{mutex_};
    return std::any_of(clients_.begin(), clients_.end(),
                       [&](const auto& entry) { return entry.second->container == container; });
}

NameServer::ClientPtr NameServer::client_of(int fd) {
    const std::lock_guard lock{mutex_};
    const auto found = clients_.find(fd);
    return found == clients_.end() ? nullptr : found->second;
}

// [loop]
void NameServer::loop() {
    std::array<epoll_event, 64> events{};
    for (;;) {
        const int n =
            ::epoll_wait(epoll_.get(), events.data(), events.size(), forwarded_.empty() ? -1 : 250);
        for (int i = 0; i < n; ++i) {
            const int fd = events.at(static_cast<std::size_t>(i)).data.fd;
            if (fd == stop_event_.get()) return;
            try {
                if (const ClientPtr client = client_of(fd)) {
                    if (fd == client->sockets.udp.get())
                        take_datagrams(client);
                    else
                        take_connection(client);
                } else if (forwarded_.contains(fd)) {
                    take_reply(fd);
                }
            } catch (const std::exception& error) {
                log::warning("name server: {}", error.what());
            }
        }
        give_up_old();
    }
}
// [/loop]

std::optional<std::string> NameServer::own_answer(const Client& client, std::string_view query,
                                                  const Question& question) const {
    const auto known = lookup_(client.container, question);
    if (known && !known->name.empty()) return dns::name_answer(query, question, known->name);
    if (known) return dns::answer(query, question, known->addresses);
    if (client.upstream.empty())
        return dns::empty_answer(query, question, dns::Status::no_such_name);
    return std::nullopt;
}

void NameServer::take_datagrams(const ClientPtr& client) {
    std::array<char, 4096> buffer{};
    for (;;) {
        sockaddr_storage asker{};
        socklen_t size = sizeof asker;
        const ssize_t n = ::recvfrom(client->sockets.udp.get(), buffer.data(), buffer.size(), 0,
                                     reinterpret_cast<sockaddr*>(&asker), &size);
        if (n < 0) return;  // no more for now
        const std::string_view query{buffer.data(), static_cast<std::size_t>(n)};
        const auto question = dns::parse_question(query);
        if (!question) continue;
        if (const auto answer = own_answer(*client, query, *question)) {
            ::sendto(client->sockets.udp.get(), answer->data(), answer->size(), 0,
                     reinterpret_cast<const sockaddr*>(&asker), size);
        } else {
            forward({client, asker, size, std::string{query}, *question, 0, Fd{}, {}});
        }
    }
}

/// Asks the next upstream server; when all have been asked, the answer is that there is none.
void NameServer::forward(Forwarded forwarded) {
    const auto& upstream = forwarded.client->upstream;
    while (forwarded.next_upstream < upstream.size() && forwarded_.size() < most_forwarded) {
        const IpAddress& server = upstream.at(forwarded.next_upstream++);
        Fd socket{::socket(server.family(), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
        const SocketAddress address = socket_address(server, dns_port);
        dns::set_id(forwarded.query, random_id16());
        if (!socket || ::connect(socket.get(), address.get(), address.size) < 0 ||
            ::send(socket.get(), forwarded.query.data(), forwarded.query.size(), 0) < 0)
            continue;
        const int fd = socket.get();
        epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
        ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
        forwarded.socket = std::move(socket);
        forwarded.deadline = Clock::now() + upstream_patience;
        forwarded_.insert_or_assign(fd, std::move(forwarded));
        return;
    }
    const std::string failure =
        dns::empty_answer(forwarded.query, forwarded.question, dns::Status::server_failure);
    ::sendto(forwarded.client->sockets.udp.get(), failure.data(), failure.size(), 0,
             reinterpret_cast<const sockaddr*>(&forwarded.asker), forwarded.asker_size);
}

void NameServer::take_reply(int fd) {
    Forwarded& forwarded = forwarded_.at(fd);
    std::array<char, 65535> buffer;
    const ssize_t n = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 0) {  // nobody listens there
        Forwarded again = std::move(forwarded);
        forwarded_.erase(fd);
        return forward(std::move(again));
    }
    std::string reply{buffer.data(), static_cast<std::size_t>(n)};
    if (!dns::answers(reply, forwarded.query, forwarded.question)) return;
    dns::set_id(reply, forwarded.question.id);
    ::sendto(forwarded.client->sockets.udp.get(), reply.data(), reply.size(), 0,
             reinterpret_cast<const sockaddr*>(&forwarded.asker), forwarded.asker_size);
    forwarded_.erase(fd);
}

void NameServer::give_up_old() {
    const auto now = Clock::now();
    std::vector<int> old;
    for (const auto& [fd, forwarded] : forwarded_) {
        if (forwarded.deadline < now) old.push_back(fd);
    }
    for (const int fd : old) {
        Forwarded again = std::move(forwarded_.at(fd));
        forwarded_.erase(fd);
        forward(std::move(again));
    }
}

void NameServer::take_connection(const ClientPtr& client) {
    Fd connection{::accept4(client->sockets.tcp.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    if (!connection) return;
    const std::lock_guard lock{mutex_};
    if (connections_ >= most_connections) return;  // closed: it may ask again
    ++connections_;
    std::thread{[this, client, connection = std::move(connection)]() mutable {
        serve_connection(client, std::move(connection));
        const std::lock_guard end_lock{mutex_};
        --connections_;
    }}.detach();
}

void NameServer::serve_connection(const ClientPtr& client, Fd connection) {
    set_patience(connection);
    while (const auto query = read_message(connection)) {
        auto question = dns::parse_question(*query);
        if (!question) return;
        question->most_bytes = UINT16_MAX;
        std::optional<std::string> answer = own_answer(*client, *query, *question);
        for (const IpAddress& server : client->upstream) {
            if (!answer) answer = ask_by_stream(server, *query);
        }
        if (!answer) answer = dns::empty_answer(*query, *question, dns::Status::server_failure);
        if (!write_message(connection, *answer)) return;
    }
}

}  // namespace minidock::networks
