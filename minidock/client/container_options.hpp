// What `run` and `create` take: from the words of the command line to the body of
// POST /containers/create.
#pragma once

#include <string>

#include "minidock/client/command_line.hpp"

namespace minidock::client {

/// What a later chapter adds to `run` and `create`.
class MoreContainerOptions {
  public:
    virtual ~MoreContainerOptions() = default;
    /// Defines its options on a command line.
    virtual void add_to(CommandLine& line) = 0;
    /// Puts what was given into the body of POST /containers/create.
    /// @throws BadParameter
    virtual void complete(Json& body) const = 0;
};

struct ContainerOptions {
    std::vector<MoreContainerOptions*> more;  ///< they outlive this
    Arguments environment;
    Arguments environment_files;
    Arguments labels;
    std::string name;
    std::string hostname;
    std::string user;
    std::string working_folder;
    std::string network;
    std::string memory;
    std::string memory_swap;
    std::string memory_reservation;
    std::string cpus;
    std::string cpuset;
    std::string stop_signal;
    std::string runtime;
    std::string entrypoint;
    CLI::Option* entrypoint_given = nullptr;  // "" is an entrypoint too: none
    std::int64_t pids_limit = 0;
    std::int64_t cpu_shares = 0;
    int stop_timeout = -1;
    bool interactive = false;
    bool terminal = false;
    bool remove = false;
    bool read_only = false;

    /// Defines the options on a command line.
    void add_to(CommandLine& line);
    /// The request's body.
    /// @param words  the image, and the command and its arguments
    /// @throws BadParameter, SystemError for a file of variables
    [[nodiscard]] Json body(const Arguments& words) const;

  private:
    [[nodiscard]] Json host_config() const;
    [[nodiscard]] Arguments variables() const;
};

}  // namespace minidock::client
