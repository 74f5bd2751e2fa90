// The networks of this machine: made, kept on disk (networks/ID.json, one file each), found again,
// removed; and the addresses that are taken in them.
//
// Every function may be called from any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "minidock/networks/address_pool.hpp"
#include "minidock/networks/network.hpp"

namespace minidock::networks {

using NetworkPtr = std::shared_ptr<const Network>;

class Store {
  public:
    /// Reads the networks of an earlier daemon.
    /// @param bridge  the device of the network "bridge"; "none": there is no such network
    Store(const std::string& data_root, std::string bridge);

    /// Completes what the request leaves open (id, subnet, gateway) and writes the network down.
    /// @param request  the body of POST /networks/create
    /// @throws Conflict, BadParameter, NotFound in Docker's words
    NetworkPtr create(const Json& request);
    void remove(const Network& network);

    /// By name, ID, or the beginning of an ID. "default" is the bridge, or none where the daemon
    /// was told to have no bridge. @throws NotFound "network x not found"
    [[nodiscard]] NetworkPtr get(const std::string& name_or_id) const;
    [[nodiscard]] NetworkPtr find(const std::string& name_or_id) const;
    /// In the order of their names.
    [[nodiscard]] std::vector<NetworkPtr> list() const;

    /// Gives out an address.
    /// @param wish  this one; empty: any
    /// @throws BadParameter, Conflict
    IpAddress take_address(const Network& network, bool v6, const IpAddress& wish);
    void release_address(const Network& network, const IpAddress& address);

  private:
    struct Entry {
        NetworkPtr network;
        std::vector<AddressPool> pools;
    };
    void add(Network network);
    void make_predefined(const std::string& name, const std::string& driver);
    void choose_subnets(Network& network) const;
    void check_subnet(const IpamConfig& config) const;
    [[nodiscard]] std::vector<Subnet> taken_subnets() const;
    [[nodiscard]] std::string path_of(const Network& network) const;

    const std::string folder_;
    const std::string bridge_;
    mutable std::mutex mutex_;              // protects entries_
    std::map<std::string, Entry> entries_;  // by ID
};

}  // namespace minidock::networks
