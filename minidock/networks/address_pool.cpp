#include "minidock/networks/address_pool.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>

#include "minidock/base/error.hpp"

namespace minidock::networks {
namespace {

/// Subnets of one size, cut out of a bigger one.
struct Pool {
    const char* base;
    int size;
};
// As libnetwork has them.
constexpr Pool default_pools[] = {
    {"172.17.0.0/16", 16}, {"172.18.0.0/16", 16}, {"172.19.0.0/16", 16}, {"172.20.0.0/14", 16},
    {"172.24.0.0/14", 16}, {"172.28.0.0/14", 16}, {"192.168.0.0/16", 20}};

Subnet random_local_subnet() {
    std::array<char, 16> bytes{};
    if (::getrandom(bytes.data(), 8, 0) < 0) throw SystemError("get random bytes");
    bytes[0] = static_cast<char>(0xFD);
    return {IpAddress::of_bytes({bytes.data(), bytes.size()}), 64};
}

}  // namespace

Subnet choose_subnet(const std::vector<Subnet>& taken, bool v6) {
    const auto is_free = [&](const Subnet& subnet) {
        return std::none_of(taken.begin(), taken.end(),
                            [&](const Subnet& other) { return other.overlaps(subnet); });
    };
    if (v6) {
        for (;;) {
            const Subnet subnet = random_local_subnet();
            if (is_free(subnet)) return subnet;
        }
    }
    for (const Pool& pool : default_pools) {
        const Subnet base = Subnet::parse(pool.base);
        const std::uint64_t addresses = std::uint64_t{1} << (32 - pool.size);
        for (Subnet subnet{base.address, pool.size}; base.contains(subnet.address);
             subnet.address = subnet.address.plus(addresses)) {
            if (is_free(subnet)) return subnet;
        }
    }
    throw Conflict(
        "all predefined address pools have been fully subnetted: remove networks that are not used "
        "(network prune), or say --subnet");
}

AddressPool::AddressPool(Subnet subnet, Subnet range)
    : subnet_{subnet}, range_{range.empty() ? subnet_ : range} {}

/// The lowest address names the subnet, and IPv4's highest reaches all of it.
bool AddressPool::is_host_address(const IpAddress& address) const {
    if (subnet_.prefix >= static_cast<int>(8 * address.size()) - 1) return true;
    return address != subnet_.address && (address.is_v6() || address != subnet_.last());
}

// [take]
IpAddress AddressPool::take() {
    // lab 10.2: the next address of range_ after last_ that is a host's and that nobody has; behind
    // the range's end it goes on at its beginning.
    const IpAddress end = range_.last();
    IpAddress candidate = last_.empty() ? range_.address : last_;
    // One look more than there are addresses in use finds a free one, if there is one.
    for (std::size_t looks = 0; looks < used_.size() + 4; ++looks) {
        if (!last_.empty() || looks > 0)
            candidate = candidate == end ? range_.address : candidate.plus(1);
        if (!is_host_address(candidate) || used_.contains(candidate)) continue;
        last_ = candidate;
        used_.insert(candidate);
        return candidate;
    }
    throw Conflict("no available IPv" + std::string{subnet_.address.is_v6() ? "6" : "4"} +
                   " addresses on this network's address pools: " + subnet_.str());
    // end lab
}
// [/take]

void AddressPool::take(const IpAddress& address) {
    if (!subnet_.contains(address))
        throw BadParameter(
            fmt::format("invalid address {}: It does not belong to any of this network's subnets",
                        address.str()));
    if (!used_.insert(address).second) throw Conflict("Address already in use: " + address.str());
}

}  // namespace minidock::networks
