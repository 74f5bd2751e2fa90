// The words that chapter 7 adds: pull and push, between a store and a registry.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "minidock/registry/settings.hpp"

namespace minidock::chapter07 {

/// `pull NAME`, `push NAME`
class Transfers {
  public:
    explicit Transfers(CLI::App& app);
    Transfers(const Transfers&) = delete;
    Transfers& operator=(const Transfers&) = delete;

    [[nodiscard]] bool chosen() const { return pull_->parsed() || push_->parsed(); }
    /// Does what was asked for, and prints each step.
    void run() const;

  private:
    std::string folder_ = "store";
    std::string name_;
    std::string user_;
    std::string password_;
    std::string platform_;
    registry::Settings settings_;
    CLI::App* pull_;
    CLI::App* push_;
};

}  // namespace minidock::chapter07
