#include <gtest/gtest.h>

#include "minidock/base/error.hpp"
#include "minidock/networks/address.hpp"
#include "minidock/networks/address_pool.hpp"

namespace minidock::networks {
namespace {

TEST(Address, IsPrintedAsItWasWritten) {
    for (const char* text : {"172.17.0.2", "0.0.0.0", "fd00::2", "::"})
        EXPECT_EQ(IpAddress::parse(text).str(), text);
    for (const char* text : {"", "172.17.0", "172.17.0.256", "fd00:::1", "web"})
        EXPECT_THROW((void)IpAddress::parse(text), BadParameter) << text;
}

TEST(Address, SumsCarryOverBytes) {
    EXPECT_EQ(IpAddress::parse("10.0.0.255").plus(1).str(), "10.0.1.0");
    EXPECT_EQ(IpAddress::parse("10.0.0.1").plus(65536).str(), "10.1.0.1");
    EXPECT_EQ(IpAddress::parse("fd00::ffff").plus(1).str(), "fd00::1:0");
}

TEST(Address, ReverseNamesAreThoseOfTheDomainNameSystem) {
    EXPECT_EQ(IpAddress::parse("172.17.0.2").reverse_name(), "2.0.17.172.in-addr.arpa");
    const std::string v6 = IpAddress::parse("fd00::12").reverse_name();
    EXPECT_TRUE(v6.starts_with("2.1.0.0.0."));
    EXPECT_TRUE(v6.ends_with(".0.0.d.f.ip6.arpa"));
}

TEST(Subnets, ContainWhatHasTheirPrefix) {
    const Subnet subnet = Subnet::parse("10.1.2.3/20");
    EXPECT_EQ(subnet.str(), "10.1.0.0/20");
    EXPECT_EQ(subnet.last().str(), "10.1.15.255");
    EXPECT_TRUE(subnet.contains(IpAddress::parse("10.1.15.255")));
    EXPECT_FALSE(subnet.contains(IpAddress::parse("10.1.16.0")));
    EXPECT_FALSE(subnet.contains(IpAddress::parse("fd00::1")));
    EXPECT_TRUE(subnet.overlaps(Subnet::parse("10.0.0.0/8")));
    EXPECT_FALSE(subnet.overlaps(Subnet::parse("10.1.16.0/20")));
    for (const char* text : {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/x", "/8", "fd00::/129"})
        EXPECT_THROW((void)Subnet::parse(text), BadParameter) << text;
}

TEST(Subnets, AreChosenAsDockerDoes) {
    EXPECT_EQ(choose_subnet({}, false).str(), "172.17.0.0/16");
    std::vector<Subnet> taken{Subnet::parse("172.16.0.0/12")};
    EXPECT_EQ(choose_subnet(taken, false).str(), "192.168.0.0/20");
    taken.push_back(Subnet::parse("192.168.1.0/24"));
    EXPECT_EQ(choose_subnet(taken, false).str(), "192.168.16.0/20");
    taken.push_back(Subnet::parse("192.168.0.0/16"));
    EXPECT_THROW((void)choose_subnet(taken, false), Conflict);
}

TEST(AddressPools, GiveOutEachAddressOnce) {
    AddressPool pool{Subnet::parse("10.0.0.0/29"), {}};
    pool.take(IpAddress::parse("10.0.0.1"));
    std::string given;
    for (int i = 0; i < 5; ++i)
        given += pool.take().str() + " ";
    EXPECT_EQ(given, "10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 10.0.0.6 ");
    EXPECT_THROW((void)pool.take(), Conflict);
    pool.release(IpAddress::parse("10.0.0.3"));
    EXPECT_EQ(pool.take().str(), "10.0.0.3");
}

TEST(AddressPools, LetAnAddressRestBeforeItIsGivenOutAgain) {
    AddressPool pool{Subnet::parse("10.0.0.0/24"), {}};
    const IpAddress first = pool.take();
    pool.release(first);
    EXPECT_NE(pool.take(), first);
}

TEST(AddressPools, StayInTheirRange) {
    AddressPool pool{Subnet::parse("10.0.0.0/24"), Subnet::parse("10.0.0.128/30")};
    EXPECT_EQ(pool.take().str(), "10.0.0.128");
    EXPECT_EQ(pool.take().str(), "10.0.0.129");
    EXPECT_THROW(pool.take(IpAddress::parse("10.0.1.0")), BadParameter);
    EXPECT_THROW(pool.take(IpAddress::parse("10.0.0.128")), Conflict);
}

TEST(Macs, AreSixBytes) {
    EXPECT_EQ(mac_for(IpAddress::parse("172.17.0.2")), "02:42:ac:11:00:02");
    EXPECT_EQ(parse_mac("02:42:ac:11:00:ff")[5], 0xFF);
    for (const char* text : {"", "02:42", "02:42:ac:11:00:02:03", "zz:42:ac:11:00:02"})
        EXPECT_THROW((void)parse_mac(text), BadParameter) << text;
}

}  // namespace
}  // namespace minidock::networks
