#include <gtest/gtest.h>

#include "minidock/base/error.hpp"
#include "minidock/networks/ports.hpp"

namespace minidock::networks {
namespace {

TEST(PortWishes, AreThoseOfTheBindings) {
    const Json bindings = Json::parse(
        R"({"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8000-8010"}],"53/udp":[{"HostPort":""}]})");
    const auto wishes = port_wishes(bindings, Json::parse(R"({"90/tcp":{}})"), true);
    ASSERT_EQ(wishes.size(), 3U);
    EXPECT_EQ(wishes[0].protocol, "udp");
    EXPECT_EQ(wishes[0].first, 0);
    EXPECT_EQ(wishes[1].host_address, "127.0.0.1");
    EXPECT_EQ(wishes[1].first, 8000);
    EXPECT_EQ(wishes[1].last, 8010);
    EXPECT_EQ(wishes[2].port, 90);
}

TEST(PortWishes, ThatAreNoneAreRefused) {
    for (const char* text :
         {R"({"80/xtp":[{}]})", R"({"x/tcp":[{}]})", R"({"70000/tcp":[{}]})",
          R"({"80/tcp":[{"HostPort":"9-8"}]})", R"({"80/tcp":[{"HostIp":"here"}]})"}) {
        EXPECT_THROW((void)port_wishes(Json::parse(text), {}, false), BadParameter) << text;
    }
}

TEST(HeldPorts, AreTakenOnceAndToldWithTheirOwner) {
    Ports ports;
    const IpAddress loopback = IpAddress::parse("127.0.0.1");
    const std::uint16_t port = ports.take({80, "tcp", "", 0, 0}, loopback, "id1", "first");
    try {
        ports.take({80, "tcp", "", port, port}, loopback, "id2", "second");
        FAIL() << "a taken port was given out";
    } catch (const Conflict& error) {
        EXPECT_NE(std::string{error.what()}.find("by container first"), std::string::npos)
            << error.what();
    }
    ports.release("id1");
    EXPECT_EQ(ports.take({80, "tcp", "", port, port}, loopback, "id2", "second"), port);
}

}  // namespace
}  // namespace minidock::networks
