// The words that chapter 3 adds: the options of `run` for a root of its own, and the verb `diff`.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "minidock/base/temp_dir.hpp"
#include "minidock/rootfs/layered_root.hpp"

namespace minidock::chapter03 {

/// `run --layer DIR… [--keep DIR] [--read-only] [-v SRC:DST[:ro]]… [--tmpfs DST]…`
class Root {
  public:
    /// Adds the options to `run`.
    explicit Root(CLI::App& run);
    Root(const Root&) = delete;
    Root& operator=(const Root&) = delete;

    /// What gives the command its root, to be called in its process; nothing when no layer is
    /// given, and it keeps the caller's files.
    /// @throws BadParameter, NotFound when the options ask for what cannot be
    [[nodiscard]] std::function<void()> entrance();

  private:
    std::vector<std::string> layers_;
    std::vector<std::string> volumes_;
    std::vector<std::string> tmpfs_;
    std::string keep_;
    bool read_only_ = false;
    std::optional<TempDir> place_;  ///< mounted over in the command's namespace; empty here
};

/// `diff LOWER… UPPER`
class Diff {
  public:
    explicit Diff(CLI::App& app);
    Diff(const Diff&) = delete;
    Diff& operator=(const Diff&) = delete;
    [[nodiscard]] bool chosen() const { return verb_->parsed(); }
    /// Prints what is different: "A /added", "C /changed", "D /deleted", as `docker diff` does.
    void print() const;

  private:
    CLI::App* verb_;
    std::vector<std::string> folders_;
    bool whole_ = false;
};

}  // namespace minidock::chapter03
