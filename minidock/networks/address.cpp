#include "minidock/networks/address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "minidock/base/error.hpp"

namespace minidock::networks {

IpAddress IpAddress::parse(std::string_view text) {
    const std::string copy{text};
    IpAddress address;
    if (::inet_pton(AF_INET, copy.c_str(), address.bytes_.data()) == 1) {
        address.size_ = 4;
    } else if (::inet_pton(AF_INET6, copy.c_str(), address.bytes_.data()) == 1) {
        address.size_ = 16;
    } else {
        throw BadParameter("invalid IP address: " + copy);
    }
    return address;
}

IpAddress IpAddress::of_bytes(std::string_view bytes) {
    IpAddress address;
    address.size_ = std::min<std::size_t>(bytes.size(), 16);
    std::memcpy(address.bytes_.data(), bytes.data(), address.size_);
    return address;
}

unsigned char IpAddress::family() const noexcept {
    return is_v6() ? AF_INET6 : AF_INET;
}

std::string IpAddress::str() const {
    if (empty()) return {};
    char text[INET6_ADDRSTRLEN] = "";
    ::inet_ntop(family(), bytes_.data(), text, sizeof text);
    return text;
}

IpAddress IpAddress::plus(std::uint64_t n) const {
    IpAddress sum = *this;
    for (std::size_t i = size_; i-- > 0 && n > 0; n >>= 8) {
        n += sum.bytes_[i];
        sum.bytes_[i] = static_cast<std::uint8_t>(n);
    }
    return sum;
}

// [masked]
IpAddress IpAddress::masked(int prefix, bool ones) const {
    IpAddress result = *this;
    for (int i = 0; i < static_cast<int>(size_); ++i) {
        // How many of this byte's bits belong to the prefix.
        const int bits = std::clamp(prefix - 8 * i, 0, 8);
        const auto host = static_cast<std::uint8_t>(0xFF >> bits);
        auto& byte = result.bytes_[static_cast<std::size_t>(i)];
        byte = static_cast<std::uint8_t>(ones ? byte | host : byte & ~host);
    }
    return result;
}
// [/masked]

std::string IpAddress::reverse_name() const {
    std::string name;
    for (std::size_t i = size_; i-- > 0;) {
        if (is_v6())
            name += fmt::format("{:x}.{:x}.", bytes_[i] & 0xF, bytes_[i] >> 4);
        else
            name += fmt::format("{}.", bytes_[i]);
    }
    return name + (is_v6() ? "ip6.arpa" : "in-addr.arpa");
}

bool IpAddress::is_loopback() const {
    return is_v6() ? *this == parse("::1") : size_ == 4 && bytes_[0] == 127;
}

bool IpAddress::is_any() const {
    return !empty() && std::all_of(bytes_.begin(), bytes_.end(), [](auto b) { return b == 0; });
}

IpAddress address_or_none(const std::string& text) {
    return text.empty() ? IpAddress{} : IpAddress::parse(text);
}

Subnet Subnet::parse(const std::string& text) {
    const auto wrong = [&] {
        return BadParameter("invalid subnet " + text + ": want ADDRESS/BITS");
    };
    const std::size_t slash = text.find('/');
    if (slash == std::string::npos) throw wrong();
    Subnet subnet;
    const auto [end, error] =
        std::from_chars(text.data() + slash + 1, text.data() + text.size(), subnet.prefix);
    if (error != std::errc{} || end != text.data() + text.size()) throw wrong();
    subnet.address = IpAddress::parse(text.substr(0, slash));
    if (subnet.prefix < 0 || subnet.prefix > static_cast<int>(8 * subnet.address.size()))
        throw wrong();
    subnet.address = subnet.address.masked(subnet.prefix);
    return subnet;
}

std::string mac_for(const IpAddress& address) {
    const auto* b = static_cast<const std::uint8_t*>(address.data());
    return fmt::format("02:42:{:02x}:{:02x}:{:02x}:{:02x}", b[0], b[1], b[2], b[3]);
}

std::string random_mac() {
    std::array<std::uint8_t, 5> b{};
    if (::getrandom(b.data(), b.size(), 0) < 0) throw SystemError("get random bytes");
    return fmt::format("02:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", b[0], b[1], b[2], b[3], b[4]);
}

std::array<std::uint8_t, 6> parse_mac(const std::string& text) {
    std::array<unsigned, 6> n{};
    int end = 0;
    if (std::sscanf(text.c_str(), "%2x:%2x:%2x:%2x:%2x:%2x%n", &n[0], &n[1], &n[2], &n[3], &n[4],
                    &n[5], &end) != 6 ||
        static_cast<std::size_t>(end) != text.size()) {
        throw BadParameter("invalid MAC address: " + text);
    }
    std::array<std::uint8_t, 6> mac{};
    std::transform(n.begin(), n.end(), mac.begin(),
                   [](unsigned v) { return static_cast<std::uint8_t>(v); });
    return mac;
}

}  // namespace minidock::networks
