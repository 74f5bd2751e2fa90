// IPv4 and IPv6 addresses and subnets as values: parsing, printing, arithmetic. RFC 4632 for what
// a prefix means, inet_pton(3) for how an address is written.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace minidock::networks {

class IpAddress {
  public:
    IpAddress() = default;  ///< none
    /// "172.17.0.2" or "fd00::2". @throws BadParameter
    static IpAddress parse(std::string_view text);
    /// From the 4 or 16 bytes that the kernel uses.
    static IpAddress of_bytes(std::string_view bytes);

    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] bool is_v6() const noexcept { return size_ == 16; }
    /// AF_INET or AF_INET6.
    [[nodiscard]] unsigned char family() const noexcept;
    [[nodiscard]] const void* data() const noexcept { return bytes_.data(); }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::string str() const;
    /// The address that many further on; the highest is followed by the lowest.
    [[nodiscard]] IpAddress plus(std::uint64_t n) const;
    /// Its first `prefix` bits; the others are 0, or 1.
    [[nodiscard]] IpAddress masked(int prefix, bool ones = false) const;
    /// "2.0.17.172.in-addr.arpa"
    [[nodiscard]] std::string reverse_name() const;
    [[nodiscard]] bool is_loopback() const;
    /// 0.0.0.0 or ::
    [[nodiscard]] bool is_any() const;

    auto operator<=>(const IpAddress&) const = default;

  private:
    std::array<std::uint8_t, 16> bytes_{};
    std::size_t size_ = 0;
};

/// The address, or none of an empty text. @throws BadParameter
IpAddress address_or_none(const std::string& text);

struct Subnet {
    IpAddress address;  ///< the lowest, with all host bits 0
    int prefix = 0;

    /// "172.17.0.0/16"; host bits are cleared. @throws BadParameter
    static Subnet parse(const std::string& text);
    [[nodiscard]] bool empty() const noexcept { return address.empty(); }
    [[nodiscard]] IpAddress last() const { return address.masked(prefix, true); }
    [[nodiscard]] bool contains(const IpAddress& one) const {
        return one.size() == address.size() && one.masked(prefix) == address;
    }
    [[nodiscard]] bool overlaps(const Subnet& other) const {
        return contains(other.address) || other.contains(address);
    }
    [[nodiscard]] std::string str() const { return address.str() + "/" + std::to_string(prefix); }
    bool operator==(const Subnet&) const = default;
};

/// "02:42:ac:11:00:02" of an IPv4 address: as unique in a network as the address is.
std::string mac_for(const IpAddress& address);
/// A random one, of those that nobody has registered (02:…).
std::string random_mac();
/// The six bytes. @throws BadParameter
std::array<std::uint8_t, 6> parse_mac(const std::string& text);

}  // namespace minidock::networks
