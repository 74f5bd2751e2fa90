// The words of chapter 1's program: run, enter, show. The programs of the later chapters know the
// same words, and add to them.
#pragma once

#include <sys/types.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>

#include "minidock/base/trace.hpp"
#include "minidock/namespaces/isolation.hpp"

namespace minidock::chapter01 {

/// `run [OPTIONS] COMMAND [ARG...]`
class Run {
  public:
    explicit Run(CLI::App& app);
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    /// The verb, for a later chapter to add its options to.
    CLI::App& verb() { return *verb_; }
    [[nodiscard]] bool chosen() const { return verb_->parsed(); }

    /// With --explain, writes what the kernel is asked from here on to standard error. run() does
    /// it too; call it before what a later chapter prepares.
    void explain();

    /// Runs the command in the foreground: passes signals on to it, and waits for its end.
    /// @return its exit code, as a shell has it
    int run(const namespaces::Additions& additions = {});

  private:
    CLI::App* verb_;
    namespaces::Isolation wish_;
    bool explain_ = false;
    std::optional<trace::Scope> explained_;
};

/// `enter PID COMMAND [ARG...]`
class Enter {
  public:
    explicit Enter(CLI::App& app);
    Enter(const Enter&) = delete;
    Enter& operator=(const Enter&) = delete;
    [[nodiscard]] bool chosen() const { return verb_->parsed(); }
    /// Runs the command there in the foreground.
    /// @return its exit code, as a shell has it
    int run();

  private:
    CLI::App* verb_;
    pid_t pid_ = 0;
    bool explain_ = false;
};

/// `show [PID]`
class Show {
  public:
    explicit Show(CLI::App& app);
    Show(const Show&) = delete;
    Show& operator=(const Show&) = delete;
    [[nodiscard]] bool chosen() const { return verb_->parsed(); }
    /// Prints the namespaces of the process, and which of them it shares with the caller.
    void print();

  private:
    CLI::App* verb_;
    pid_t pid_ = 0;
};

/// Calls the rest of a program. What it throws becomes one line on standard error, and the exit
/// code that docker(1) has for it.
int report_errors(const std::string& program, const std::function<int()>& rest);

}  // namespace minidock::chapter01
