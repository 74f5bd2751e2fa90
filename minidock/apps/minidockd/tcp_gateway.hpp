// The API over TCP: with TLS, where client and daemon show each other certificates, or plain on the
// loopback interface. Whoever reaches this socket is root on this machine.
//
// The gateway speaks TLS and nothing else: what comes out of it goes on to the daemon's own Unix
// socket, so that there is one server, and connections can still be handed over to shims as
// descriptors. See ssl(7ssl).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace minidock::apps {

struct TlsFiles {
    std::string authority;    ///< certificates that sign those of the clients (PEM)
    std::string certificate;  ///< the daemon's own
    std::string key;
    bool verify = true;  ///< only clients with a certificate of the authority's
};

class TcpGateway {
  public:
    /// @param address      "tcp://127.0.0.1:2376"
    /// @param unix_socket  where the daemon serves
    /// @throws BadParameter for an address that is none, or one that others reach without TLS
    TcpGateway(const std::string& address, std::optional<TlsFiles> tls, std::string unix_socket);
    ~TcpGateway();
    TcpGateway(const TcpGateway&) = delete;
    TcpGateway& operator=(const TcpGateway&) = delete;

    [[nodiscard]] std::uint16_t port() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace minidock::apps
