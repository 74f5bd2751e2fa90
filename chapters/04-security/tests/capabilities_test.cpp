#include "minidock/security/capabilities.hpp"

#include <gtest/gtest.h>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/security/rlimits.hpp"

namespace minidock::security {
namespace {

TEST(Capabilities, AreKnownByTheirNames) {
    const CapabilitySet set = capability_set({"CAP_CHOWN", "CAP_SYS_ADMIN"});
    EXPECT_EQ(set, (CapabilitySet{1} << 0U) | (CapabilitySet{1} << 21U));
    EXPECT_EQ(names_of(set), (std::vector<std::string>{"CAP_CHOWN", "CAP_SYS_ADMIN"}));
}

TEST(Capabilities, AnUnknownNameIsRefused) {
    try {
        capability_set({"CAP_FLY"});
        FAIL() << "there is no such capability";
    } catch (const BadParameter& error) {
        EXPECT_STREQ(error.what(), "unknown capability \"CAP_FLY\"");
    }
}

TEST(Capabilities, DockerLeavesFourteenAndNoneThatRulesTheHost) {
    const auto names = names_of(docker_default_capabilities());
    EXPECT_EQ(names.size(), 14U);
    const CapabilitySet dangerous = capability_set(
        {"CAP_SYS_ADMIN", "CAP_SYS_MODULE", "CAP_SYS_PTRACE", "CAP_NET_ADMIN", "CAP_SYS_RAWIO"});
    EXPECT_EQ(docker_default_capabilities() & dangerous, 0U);
}

TEST(Capabilities, AllAreAsManyAsTheKernelHas) {
    // 38 came with Linux 5.8, 41 is what there is today; a later kernel may have more.
    EXPECT_GE(names_of(all_capabilities()).size(), 38U);
}

TEST(Capabilities, WhatIsAvailableIsTheBoundingSet) {
    const std::string status = read_file("/proc/self/status");
    const std::string hex = status.substr(status.find("CapBnd:\t") + 8, 16);
    EXPECT_EQ(available_capabilities(), std::stoull(hex, nullptr, 16));
}

TEST(Rlimits, AreKnownByTheirNames) {
    EXPECT_EQ(rlimit_number("RLIMIT_NOFILE"), 7);
    EXPECT_THROW(rlimit_number("RLIMIT_JOY"), BadParameter);
}

}  // namespace
}  // namespace minidock::security
