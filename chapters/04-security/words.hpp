// The words that chapter 4 adds to `run`: what a command on a root of its own may do.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "minidock/security/identity.hpp"
#include "minidock/security/rlimits.hpp"
#include "minidock/security/seccomp.hpp"

namespace minidock::chapter04 {

/// `run [--user UID[:GID]] [--cap-add CAP]… [--cap-drop CAP]… [--no-new-privileges]
/// [--seccomp default|unconfined|FILE] [--ulimit NAME=SOFT[:HARD]]… [--privileged]`
class Powers {
  public:
    explicit Powers(CLI::App& run);
    Powers(const Powers&) = delete;
    Powers& operator=(const Powers&) = delete;

    /// Adds to what gives the command its root what takes away its powers: Docker's capabilities
    /// and filter, unless the options say otherwise.
    /// @param root chapter 3's entrance; without one the command keeps our files and our powers
    /// @throws BadParameter when the options ask for what cannot be
    [[nodiscard]] std::function<void()> entrance(std::function<void()> root) const;

  private:
    [[nodiscard]] security::Identity identity() const;
    [[nodiscard]] std::optional<security::SeccompProgram> filter(
        security::CapabilitySet capabilities) const;
    [[nodiscard]] bool asks_for_something() const;

    std::string user_;
    std::vector<std::string> add_;
    std::vector<std::string> drop_;
    std::vector<std::string> limits_;
    std::string seccomp_ = "default";
    bool no_new_privileges_ = false;
    bool privileged_ = false;
};

}  // namespace minidock::chapter04
