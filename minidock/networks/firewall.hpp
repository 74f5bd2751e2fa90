// The packet filter: one nftables table of our own, and nothing of anybody else's. See nft(8),
// whose language this speaks through libnftables: what a call sends is one transaction, so packets
// meet the old rules or the new ones, never half of them.
//
// The rules never change. What changes are the sets and maps that they look into: a network is an
// element of a few sets, a published port an element of a map. So a port costs the same whether it
// is the first or the thousandth, for the daemon and for each packet.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "minidock/networks/address.hpp"

struct nft_ctx;

namespace minidock::networks {

/// What the filter must know of a network on a bridge.
struct BridgeRules {
    std::string bridge;
    std::vector<Subnet> masqueraded;  ///< subnets that other hosts see as this host's address
    bool internal = false;            ///< nothing goes in or out
    bool talking = true;              ///< its containers may talk to one another
};

/// A port of the host that leads to a container's.
struct PublishedPort {
    std::string protocol;    ///< tcp, udp, sctp
    IpAddress host_address;  ///< 0.0.0.0 or ::: any of its family
    std::uint16_t host_port = 0;
    IpAddress address;  ///< of the container, of the same family
    std::uint16_t port = 0;
};

class Firewall {
  public:
    /// @param table  the name of our table, of the family inet
    explicit Firewall(std::string table);
    ~Firewall();
    Firewall(const Firewall&) = delete;
    Firewall& operator=(const Firewall&) = delete;

    /// Puts the table in place of the one that may be there.
    void install(const std::vector<BridgeRules>& bridges, const std::vector<PublishedPort>& ports);
    [[nodiscard]] bool is_installed() const noexcept { return installed_; }
    void add(const BridgeRules& rules);
    void remove(const BridgeRules& rules);
    void publish(const std::vector<PublishedPort>& ports);
    void unpublish(const std::vector<PublishedPort>& ports);
    /// Removes the table.
    void remove_table();

    /// Base chains of other tables that drop what is to be forwarded: "ip filter FORWARD".
    [[nodiscard]] std::vector<std::string> foreign_drops();

  private:
    std::string run(const std::string& commands);

    const std::string table_;
    std::atomic<bool> installed_ = false;
    std::mutex mutex_;  // protects context_
    nft_ctx* context_;
};

/// The text of the table, as `nft -f` reads it.
std::string table_text(const std::string& table);

}  // namespace minidock::networks
