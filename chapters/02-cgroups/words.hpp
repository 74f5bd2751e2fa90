// What chapter 2's program adds to the words of chapter 1: limits for `run`, and the verbs stats,
// freeze and thaw. The later chapters' programs take it over.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chapters/01-namespaces/words.hpp"
#include "minidock/cgroups/resources.hpp"

namespace minidock::chapter02 {

/// `run` with a group of its own: --name, --memory, --cpus, …
class LimitedRun {
  public:
    /// Adds the options to chapter 1's verb.
    explicit LimitedRun(chapter01::Run& run);
    LimitedRun(const LimitedRun&) = delete;
    LimitedRun& operator=(const LimitedRun&) = delete;

    /// Makes the group, runs the command in it in the foreground, and removes the group. Tells on
    /// standard error when the kernel has killed a process for want of memory.
    /// @return the command's exit code, as a shell has it
    int run(namespaces::Additions additions = {});

  private:
    [[nodiscard]] cgroups::Resources resources() const;

    chapter01::Run& run_;
    std::string name_;
    std::optional<std::uint64_t> memory_;
    std::optional<double> cpus_;
    std::optional<std::uint64_t> cpu_weight_;
    std::optional<std::int64_t> pids_limit_;
    std::string cpuset_cpus_;
    std::vector<std::string> device_allow_;
};

/// `stats NAME`, `freeze NAME`, `thaw NAME`: for a group that `run --name NAME` has made.
/// `filter RULE...`: the BPF program that cgroup v2 is given for these device rules.
class GroupVerbs {
  public:
    explicit GroupVerbs(CLI::App& app);
    GroupVerbs(const GroupVerbs&) = delete;
    GroupVerbs& operator=(const GroupVerbs&) = delete;
    [[nodiscard]] bool chosen() const;
    void run() const;

  private:
    std::string name_;
    std::vector<std::string> rules_;
    CLI::App* stats_;
    CLI::App* freeze_;
    CLI::App* thaw_;
    CLI::App* filter_;
};

}  // namespace minidock::chapter02
