#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/command.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;

/// A shell on a machine with nothing but a loopback.
Outcome on_an_empty_host(const std::string& script) {
    return run(
        {"unshare", "--net", "sh", "-ec", "chapter10=" + program("chapter10") + "; " + script});
}

TEST(Chapter10, ACommandReachesTheHostByItsCable) {
    const Outcome outcome = on_an_empty_host(
        "ip link add br0 up type bridge; ip addr add 10.5.0.1/24 dev br0;"
        "$chapter10 run --bridge br0 --address 10.5.0.2/24 --gateway 10.5.0.1 "
        "busybox ping -c 1 -q 10.5.0.1");
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("1 packets received"));
}

TEST(Chapter10, AMissingBridgeIsTold) {
    const Outcome outcome = on_an_empty_host("$chapter10 run --bridge nope true");
    EXPECT_NE(outcome.status, 0);
    EXPECT_THAT(outcome.err, HasSubstr("there is no bridge nope. Make one: ip link add nope"));
}

}  // namespace
}  // namespace minidock::test
