// Who decides the calls that a filter does not (SCMP_ACT_NOTIFY): another program, behind the
// socket that config.json's linux.seccomp.listenerPath names. It is sent the kernel's descriptor
// for them and a description of the container. See config-linux.md, "The Container Process State",
// and seccomp_unotify(2).
#pragma once

#include <optional>
#include <string>

#include "minidock/base/fd.hpp"
#include "minidock/base/json.hpp"
#include "minidock/security/seccomp.hpp"

namespace minidock::runtime {

class SeccompListener {
  public:
    /// None where the filter decides everything itself.
    SeccompListener() = default;
    /// Connects to the listener of a filter, from outside of the container.
    /// @param state of the container, as the specification shows it
    /// @throws SystemError naming the socket
    static SeccompListener of(const std::optional<security::SeccompFilter>& filter, Json state);

    /// In the process that is to be filtered, while it still has the host's /proc: completes the
    /// description by the PID that the host knows it by.
    void describe_caller();
    /// Hands the kernel's descriptor over.
    void take(const Fd& notifications) const;

  private:
    Fd socket_;
    Json description_;
    std::string message_;
};

}  // namespace minidock::runtime
