// The name server that every container on a user-defined network has at 127.0.0.11: it knows the
// containers by name, and passes all other questions on to the host's name servers.
//
// The daemon opens the sockets inside the container's network namespace and serves them from out
// here, all of them on one thread (and TCP, which is rare, on a short-lived one each). While the
// daemon is being restarted nobody answers; it then opens the sockets at the same address again,
// and a resolver, which asks twice and waits five seconds each time (resolv.conf(5)), notices only
// a delay.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/networks/address.hpp"
#include "minidock/networks/dns_message.hpp"

namespace minidock::networks {

/// What the engine itself knows of a name.
struct KnownName {
    std::vector<IpAddress> addresses;  ///< of a name
    std::string name;                  ///< of an address
};

class NameServer {
  public:
    /// Answers a container's question, or has nothing to say about it. Called on any thread.
    using Lookup =
        std::function<std::optional<KnownName>(const std::string& container, const dns::Question&)>;
    explicit NameServer(Lookup lookup);
    ~NameServer();
    NameServer(const NameServer&) = delete;
    NameServer& operator=(const NameServer&) = delete;

    struct Sockets {
        Fd udp;
        Fd tcp;
    };
    /// In the network namespace of the calling thread. @throws SystemError
    static Sockets open_sockets();

    /// @param upstream  who is asked what we do not know; none: nobody
    void serve(const std::string& container, Sockets sockets, std::vector<IpAddress> upstream);
    void stop(const std::string& container);
    [[nodiscard]] bool serves(const std::string& container);

  private:
    struct Client {
        std::string container;
        Sockets sockets;
        std::vector<IpAddress> upstream;
    };
    using ClientPtr = std::shared_ptr<Client>;
    struct Forwarded;

    void loop();
    void take_datagrams(const ClientPtr& client);
    void take_connection(const ClientPtr& client);
    void take_reply(int fd);
    void forward(Forwarded forwarded);
    void give_up_old();
    void serve_connection(const ClientPtr& client, Fd connection);
    [[nodiscard]] std::optional<std::string> own_answer(const Client& client,
                                                        std::string_view query,
                                                        const dns::Question& question) const;
    [[nodiscard]] ClientPtr client_of(int fd);

    Lookup lookup_;
    Fd epoll_;
    Fd stop_event_;
    std::mutex mutex_;                    // protects clients_ and connections_
    std::map<int, ClientPtr> clients_;    // by both of their sockets
    int connections_ = 0;                 // threads that serve TCP
    std::map<int, Forwarded> forwarded_;  // by the socket to the upstream; the thread's own
    std::thread thread_;
};

}  // namespace minidock::networks
