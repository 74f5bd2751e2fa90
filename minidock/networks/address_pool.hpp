// Which subnet a network gets, and which address a container gets in it.
#pragma once

#include <set>
#include <vector>

#include "minidock/networks/address.hpp"

namespace minidock::networks {

/// The first of Docker's default subnets (172.17.0.0/16 up to 172.31.0.0/16, then 192.168.0.0/16
/// in pieces of /20) that overlaps none of `taken`; for IPv6 a random /64 of fd00::/8 (RFC 4193).
/// @throws Conflict when they are used up
Subnet choose_subnet(const std::vector<Subnet>& taken, bool v6);

/// The addresses of one subnet. Not locked: whoever has it does that.
class AddressPool {
  public:
    /// @param range  a part of the subnet that addresses are chosen from; empty: all of it
    AddressPool(Subnet subnet, Subnet range);

    [[nodiscard]] const Subnet& subnet() const noexcept { return subnet_; }
    /// The next free address after the one given out last, so that an address rests before it is
    /// given out again. @throws Conflict when all are taken
    IpAddress take();
    /// @throws BadParameter when it is not of the subnet, Conflict when it is taken
    void take(const IpAddress& address);
    void release(const IpAddress& address) { used_.erase(address); }

  private:
    [[nodiscard]] bool is_host_address(const IpAddress& address) const;

    Subnet subnet_;
    Subnet range_;
    std::set<IpAddress> used_;
    IpAddress last_;
};

}  // namespace minidock::networks
