#include "minidock/apps/minidockd/tcp_gateway.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/log.hpp"
#include "minidock/base/unix_socket.hpp"

namespace minidock::apps {
namespace {

constexpr std::size_t most_connections = 256;
constexpr int handshake_time = 10'000;  // milliseconds
constexpr int goodbye_time = 3'000;     // for a client to close after the daemon has

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Ssl = std::unique_ptr<SSL, decltype(&SSL_free)>;

std::string tls_reason() {
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    ERR_clear_error();
    return text.data();
}

void require(int result, const std::string& tried) {
    if (result != 1) throw BadParameter(tried + ": " + tls_reason());
}

Context make_context(const std::optional<TlsFiles>& files) {
    Context context{nullptr, SSL_CTX_free};
    if (!files) return context;
    context.reset(SSL_CTX_new(TLS_server_method()));
    if (!context) throw std::bad_alloc{};
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    require(SSL_CTX_use_certificate_chain_file(context.get(), files->certificate.c_str()),
            "read the certificate " + files->certificate);
    require(SSL_CTX_use_PrivateKey_file(context.get(), files->key.c_str(), SSL_FILETYPE_PEM),
            "read the key " + files->key);
    if (files->verify) {
        require(SSL_CTX_load_verify_locations(context.get(), files->authority.c_str(), nullptr),
                "read the authority's certificate " + files->authority);
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                           nullptr);
    }
    return context;
}

struct Endpoint {
    std::string host;
    std::string port;
};

Endpoint parse_address(const std::string& address) {
    constexpr std::string_view scheme = "tcp://";
    const std::string rest = address.substr(std::min(scheme.size(), address.size()));
    const std::size_t colon = rest.rfind(':');
    if (!address.starts_with(scheme) || colon == std::string::npos || colon + 1 == rest.size()) {
        throw BadParameter("host " + address + ": want tcp://ADDRESS:PORT");
    }
    std::string host = rest.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    return {host.empty() ? "127.0.0.1" : host, rest.substr(colon + 1)};
}

bool is_loopback(const addrinfo& found) {
    if (found.ai_family == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(found.ai_addr);
        return (ntohl(v4->sin_addr.s_addr) >> 24U) == 127;
    }
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(found.ai_addr);
    return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

Fd listen_tcp(const std::string& address, bool with_tls) {
    const Endpoint endpoint = parse_address(address);
    addrinfo wish{};
    wish.ai_socktype = SOCK_STREAM;
    wish.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (const int error =
            ::getaddrinfo(endpoint.host.c_str(), endpoint.port.c_str(), &wish, &found)) {
        throw BadParameter("host " + address + ": " + ::gai_strerror(error));
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, &::freeaddrinfo};
    if (!with_tls && !is_loopback(*found)) {
        throw BadParameter("host " + address +
                           ": whoever reaches this port would be root on this machine. Use "
                           "--tlsverify with certificates, or listen on 127.0.0.1");
    }
    Fd listener{::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const int on = 1;
    if (!listener || ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
        ::bind(listener.get(), found->ai_addr, found->ai_addrlen) < 0 ||
        ::listen(listener.get(), SOMAXCONN) < 0) {
        throw SystemError("listen on " + address);
    }
    return listener;
}

void make_nonblocking(const Fd& fd) {
    ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

/// One side of a connection: plain bytes, or TLS around them.
class Side {
  public:
    Side(const Fd& socket, SSL* ssl) : fd_{socket.get()}, ssl_{ssl} {}

    enum class Result { some, none_now, ended };
    /// Reads into `buffer`, which is empty.
    Result read(std::string& buffer) {
        buffer.resize(65536);
        const ssize_t n = ssl_ != nullptr
                              ? SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()))
                              : ::recv(fd_, buffer.data(), buffer.size(), 0);
        buffer.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
        return n > 0 ? Result::some : why_nothing(n);
    }
    /// Writes as much of `buffer` as goes now, and takes it out.
    Result write(std::string& buffer) {
        const ssize_t n = ssl_ != nullptr
                              ? SSL_write(ssl_, buffer.data(), static_cast<int>(buffer.size()))
                              : ::send(fd_, buffer.data(), buffer.size(), MSG_NOSIGNAL);
        if (n <= 0) return why_nothing(n);
        buffer.erase(0, static_cast<std::size_t>(n));
        return Result::some;
    }
    void end_writing() {
        if (ssl_ != nullptr) SSL_shutdown(ssl_);
        ::shutdown(fd_, SHUT_WR);
    }
    /// Bytes that have come, and that poll(2) does not tell of.
    [[nodiscard]] bool has_pending() const { return ssl_ != nullptr && SSL_pending(ssl_) > 0; }
    [[nodiscard]] int fd() const { return fd_; }

  private:
    [[nodiscard]] Result why_nothing(ssize_t n) const {
        if (ssl_ == nullptr) {
            return n < 0 && (errno == EAGAIN || errno == EINTR) ? Result::none_now : Result::ended;
        }
        const int error = SSL_get_error(ssl_, static_cast<int>(n));
        ERR_clear_error();
        return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Result::none_now
                                                                             : Result::ended;
    }

    int fd_;
    SSL* ssl_;
};

/// What goes one way.
struct Flow {
    Side& from;
    Side& to;
    std::string waiting{};
    bool open = true;    // more may come
    bool ended = false;  // and the other side knows

    /// @return false when the way is blocked for good
    bool move() {
        if (open && waiting.empty()) {
            if (from.read(waiting) == Side::Result::ended) open = false;
        }
        if (!waiting.empty() && to.write(waiting) == Side::Result::ended) return false;
        if (!open && waiting.empty() && !ended) {
            to.end_writing();
            ended = true;
        }
        return true;
    }
};

/// Passes bytes both ways until both ways have ended.
void pump(Side client, Side daemon, int stop_fd) {
    Flow in{client, daemon};
    Flow out{daemon, client};
    bool daemon_over = false;  // has closed, and all it said is on its way to the client
    while (!in.ended || !out.ended) {
        const auto events = [](const Flow& reading, const Flow& writing) {
            return static_cast<short>((reading.open && reading.waiting.empty() ? POLLIN : 0) |
                                      (writing.waiting.empty() ? 0 : POLLOUT));
        };
        std::array<pollfd, 3> entries{pollfd{client.fd(), events(in, out), 0},
                                      pollfd{daemon_over ? -1 : daemon.fd(), events(out, in), 0},
                                      pollfd{stop_fd, POLLIN, 0}};
        const bool at_once = in.open && in.waiting.empty() && client.has_pending();
        const int limit = at_once ? 0 : daemon_over ? goodbye_time : -1;
        const int happened = ::poll(entries.data(), entries.size(), limit);
        if ((happened < 0 && errno != EINTR) || (happened == 0 && daemon_over)) return;
        if (entries[2].revents != 0 || !in.move() || !out.move()) return;
        daemon_over = daemon_over || ((entries[1].revents & (POLLERR | POLLHUP)) != 0 && out.ended);
        const bool client_gone = (entries[0].revents & (POLLERR | POLLHUP)) != 0 && !in.open;
        if (client_gone) return;
    }
}

}  // namespace

struct TcpGateway::State {
    Context context;
    std::string unix_socket;
    Fd listener;
    Fd stop_event;
    std::thread acceptor;
    std::mutex mutex;  // protects `connections`
    std::size_t connections = 0;
    std::condition_variable all_gone;

    void accept_until_stopped();
    void serve(Fd client) noexcept;
    void talk(const Fd& client);
};

TcpGateway::TcpGateway(const std::string& address, std::optional<TlsFiles> tls,
                       std::string unix_socket)
    : state_{new State{.context = make_context(tls),
                       .unix_socket = std::move(unix_socket),
                       .listener = listen_tcp(address, tls && tls->verify),
                       .stop_event = Fd{::eventfd(0, EFD_CLOEXEC)},
                       .acceptor = {},
                       .mutex = {},
                       .connections = 0,
                       .all_gone = {}}} {
    if (!tls) {
        log::warning(
            "the API is served on {} without encryption: every process of this machine "
            "that reaches it is root",
            address);
    }
    state_->acceptor = std::thread{[state = state_.get()] { state->accept_until_stopped(); }};
}

TcpGateway::~TcpGateway() {
    ::eventfd_write(state_->stop_event.get(), 1);
    state_->acceptor.join();
    std::unique_lock lock{state_->mutex};
    state_->all_gone.wait(lock, [&] { return state_->connections == 0; });
}

std::uint16_t TcpGateway::port() const {
    sockaddr_storage own{};
    socklen_t length = sizeof own;
    if (::getsockname(state_->listener.get(), reinterpret_cast<sockaddr*>(&own), &length) < 0) {
        throw SystemError("ask for the own address");
    }
    return ntohs(own.ss_family == AF_INET ? reinterpret_cast<sockaddr_in*>(&own)->sin_port
                                          : reinterpret_cast<sockaddr_in6*>(&own)->sin6_port);
}

void TcpGateway::State::accept_until_stopped() {
    for (;;) {
        std::array<pollfd, 2> either{pollfd{listener.get(), POLLIN, 0},
                                     pollfd{stop_event.get(), POLLIN, 0}};
        if (::poll(either.data(), either.size(), -1) < 0) continue;
        if (either[1].revents != 0) return;
        Fd client{::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC)};
        if (!client) continue;
        {
            const std::lock_guard lock{mutex};
            if (connections >= most_connections) continue;
            ++connections;
        }
        std::thread{[this, fd = client.release()] { serve(Fd{fd}); }}.detach();
    }
}

void TcpGateway::State::serve(Fd client) noexcept {
    try {
        talk(client);
    } catch (const std::exception& error) {
        log::warning("a client over TCP: {}", error.what());
    }
    client.reset();
    const std::lock_guard lock{mutex};
    --connections;
    all_gone.notify_all();
}

void TcpGateway::State::talk(const Fd& client) {
    Ssl ssl{nullptr, SSL_free};
    if (context) {
        const timeval limit{.tv_sec = handshake_time / 1000, .tv_usec = 0};
        ::setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ssl.reset(SSL_new(context.get()));
        SSL_set_fd(ssl.get(), client.get());
        if (SSL_accept(ssl.get()) != 1) throw BadParameter("refused: " + tls_reason());
    }
    const Fd daemon = connect_unix(unix_socket);
    make_nonblocking(client);
    make_nonblocking(daemon);
    pump(Side{client, ssl.get()}, Side{daemon, nullptr}, stop_event.get());
}

}  // namespace minidock::apps
