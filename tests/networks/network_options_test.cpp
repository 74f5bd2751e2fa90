#include <gtest/gtest.h>

#include "minidock/base/error.hpp"
#include "minidock/networks/client/network_options.hpp"

namespace minidock::networks {
namespace {

TEST(PublishOption, IsReadAsDockerReadsIt) {
    const auto bindings = [](const std::string& text) {
        Json all = Json::object();
        Json exposed = Json::object();
        add_published(all, exposed, text);
        return all.dump();
    };
    EXPECT_EQ(bindings("80"), R"({"80/tcp":[{"HostIp":"","HostPort":""}]})");
    EXPECT_EQ(bindings("8080:80/udp"), R"({"80/udp":[{"HostIp":"","HostPort":"8080"}]})");
    EXPECT_EQ(bindings("[::1]:8080:80"), R"({"80/tcp":[{"HostIp":"::1","HostPort":"8080"}]})");
    EXPECT_EQ(
        bindings("8000-8001:80-81"),
        R"({"80/tcp":[{"HostIp":"","HostPort":"8000"}],"81/tcp":[{"HostIp":"","HostPort":"8001"}]})");
    EXPECT_EQ(bindings("8000-8009:80"), R"({"80/tcp":[{"HostIp":"","HostPort":"8000-8009"}]})");
    for (const char* text : {"", "x", "80:", "0:80", "8000-8002:80-81", "70000"})
        EXPECT_THROW(bindings(text), BadParameter) << text;
}

}  // namespace
}  // namespace minidock::networks
