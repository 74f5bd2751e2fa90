// The OCI runtime by its command line, which minirun, runc and crun have in common:
//   RUNTIME --root DIR --log FILE --log-format json create|start|delete … ID
// See https://github.com/opencontainers/runtime-tools/blob/master/docs/command-line-interface.md
#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

namespace minidock::shim {

/// The runtime refused; what() is in its own words.
class RuntimeError : public std::runtime_error {
  public:
    RuntimeError(const std::string& verb, const std::string& words);
    /// What the container's exit code becomes, as a shell would have it: 127 when the program was
    /// not found, 126 when it may not be run, else 128.
    [[nodiscard]] int exit_code() const noexcept { return exit_code_; }

  private:
    int exit_code_;
};

class RuntimeCommand {
  public:
    struct Place {
        std::string program;
        std::string root;  ///< the runtime's own state
        std::string log;   ///< a file for its words
    };
    /// @param id           the container
    /// @param trace_fd  where its trace goes; -1: nowhere. Only minirun knows --explain-fd.
    RuntimeCommand(Place place, std::string id, int trace_fd)
        : place_{std::move(place)}, id_{std::move(id)}, trace_fd_{trace_fd} {}

    /// Makes the container, up to the point where its program would be executed.
    /// @param console_socket  receives the terminal's descriptor; empty: no terminal
    /// @param streams         the program's standard input, output and error
    void create(const std::string& bundle, const std::string& pid_file,
                const std::string& console_socket, const std::array<int, 3>& streams) const;
    /// Lets the container's program run.
    void start() const;
    /// Runs a further program in the container: it is our child when the call comes back.
    /// @param process_file  what to run, as config.json has it under "process"
    void exec(const std::string& process_file, const std::string& pid_file,
              const std::string& console_socket, const std::array<int, 3>& streams) const;
    /// Removes what is left of a container, and whatever still runs in it.
    void remove() const;
    /// No further call explains itself.
    void end_explanation() noexcept { trace_fd_ = -1; }

  private:
    void call(const std::string& verb, const std::vector<std::string>& arguments,
              const std::array<int, 3>& streams) const;
    [[nodiscard]] std::string last_words() const;

    Place place_;
    std::string id_;
    int trace_fd_;
};

}  // namespace minidock::shim
