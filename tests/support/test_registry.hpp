// Debian's docker-registry for one test: on a port of loopback of its own, with its content in a
// folder that goes away with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "minidock/base/child.hpp"
#include "minidock/base/temp_dir.hpp"
#include "tests/support/command.hpp"

namespace minidock::test {

class TestRegistry {
  public:
    struct Options {
        std::string auth = {};         ///< YAML below "auth:"; empty: anybody may do anything
        std::string certificate = {};  ///< path; empty: plain HTTP
        std::string key = {};          ///< path
        std::string client_ca = {};    ///< path; empty: no client must show a certificate
    };
    explicit TestRegistry(const Options& options);
    TestRegistry() : TestRegistry{Options{}} {}
    ~TestRegistry();
    TestRegistry(const TestRegistry&) = delete;
    TestRegistry& operator=(const TestRegistry&) = delete;

    /// Whether the package is there. Without it nothing of this works.
    [[nodiscard]] static bool is_installed();

    /// "localhost:41234"
    [[nodiscard]] std::string host() const { return "localhost:" + std::to_string(port_); }
    [[nodiscard]] unsigned short port() const noexcept { return port_; }
    /// "localhost:41234/team/app:1"
    [[nodiscard]] std::string name(const std::string& rest) const { return host() + "/" + rest; }
    /// What it has written on its standard error.
    [[nodiscard]] std::string log() const;

  private:
    TempDir folder_;
    unsigned short port_;
    std::optional<Child> process_;
};

/// A port of loopback on which nobody listens.
unsigned short free_port();

}  // namespace minidock::test
