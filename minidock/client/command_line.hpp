// A command's own options and arguments, read by CLI11 and told about in Docker's manner.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

#include "minidock/client/command.hpp"
#include "minidock/client/description.hpp"

namespace minidock::client {

class CommandLine {
  public:
    /// @param name      "run"
    /// @param synopsis  what stands behind it: "[OPTIONS] IMAGE [COMMAND] [ARG...]"
    CommandLine(const std::string& name, const std::string& synopsis, const std::string& summary);

    CLI::App& app() noexcept { return app_; }
    /// An option that may be given several times, with one value each time.
    CLI::Option* add_list(const std::string& names, Arguments& values, const std::string& help);
    /// From the first argument that is no option on, everything is the container's. It comes back
    /// from rest().
    void end_at_first_argument() { app_.prefix_command(); }
    [[nodiscard]] Arguments rest() const { return app_.remaining(); }

    /// @return false when help was asked for, and given
    /// @throws Described when the only argument is description_request
    /// @throws Failure with `code` when the arguments are wrong
    bool parse(const Arguments& arguments, int code = 1);

  private:
    [[nodiscard]] Description description() const;

    CLI::App app_;
    std::string name_;
    std::string synopsis_;
};

}  // namespace minidock::client
