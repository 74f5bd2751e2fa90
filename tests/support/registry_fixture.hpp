// A daemon and a registry, for tests of what goes between them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/test_daemon.hpp"
#include "tests/support/test_registry.hpp"

namespace minidock::test {

/// The embedded image as an archive.
inline std::string busybox_archive() {
    return std::filesystem::path{program("minidockd")}.parent_path().parent_path() /
           "share/minidock/busybox.tar";
}

class WithRegistry : public testing::Test {
  protected:
    explicit WithRegistry(const TestRegistry::Options& registry_options = {},
                          const TestDaemon::Options& daemon_options = {})
        : registry{registry_options}, daemon{daemon_options} {}

    /// Puts busybox into the registry with skopeo.
    void fill(const std::string& name, const std::string& format = "oci") {
        const Outcome copy = run({"skopeo", "--insecure-policy", "copy", "--format", format,
                                  "--dest-tls-verify=false", "docker-archive:" + busybox_archive(),
                                  "docker://" + registry.name(name)});
        ASSERT_EQ(copy.status, 0) << copy.err;
    }
    std::string output(std::vector<std::string> words) {
        return daemon.docker_output(std::move(words));
    }
    /// What our own client prints, which must succeed.
    std::string own_output(std::vector<std::string> words) {
        const Outcome outcome = daemon.minidock(std::move(words));
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        return outcome.out;
    }

    TestRegistry registry;
    TestDaemon daemon;
};

}  // namespace minidock::test
