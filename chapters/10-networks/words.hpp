// What chapter 10's program adds to `run`: a cable from the command's network namespace to a bridge
// of the host's.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "minidock/networks/address.hpp"

namespace minidock::chapter10 {

/// `run --bridge NAME --address 10.5.0.2/24 [--gateway 10.5.0.1]`
class Cable {
  public:
    explicit Cable(CLI::App& run);
    Cable(const Cable&) = delete;
    Cable& operator=(const Cable&) = delete;

    /// Lays the cable to a process that has a network namespace of its own; does nothing when no
    /// bridge was named. For Additions::outside.
    [[nodiscard]] std::function<void(pid_t child)> layer() const;

  private:
    void lay(pid_t child) const;

    std::string bridge_;
    std::string address_;
    std::string gateway_;
};

}  // namespace minidock::chapter10
