// The client's commands as a table: a word, what it does in one line, and the function that does
// it. Chapter 8 brings the commands of images and containers; later chapters bring theirs.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "minidock/client/daemon.hpp"

namespace minidock::client {

/// What is given before the command's word.
struct Context {
    Daemon daemon;
    bool explain = false;  ///< print what the engine asks of the kernel
};

using Arguments = std::vector<std::string>;

struct Command {
    std::string name;
    std::string summary;
    /// @return the exit code
    std::function<int(Context&, const Arguments&)> run;
    std::vector<Command> inner;  ///< of a group such as "volume": "ls", "rm" and so on
    /// What only programs call is in no list.
    [[nodiscard]] bool hidden() const { return name.starts_with("__"); }
};

/// The exit code for what the engine refuses, as opposed to what the container did.
inline constexpr int engine_failure = 125;

/// A command's exit code when its error is to be told in one line on the way.
class Failure : public RequestError {
  public:
    Failure(int code, const std::string& message) : RequestError{message}, code_{code} {}
    [[nodiscard]] int code() const noexcept { return code_; }

  private:
    int code_;
};

class CommandTable {
  public:
    void add(std::vector<Command> commands);
    /// Another way to say a command: "container ls" for "ps".
    void add_alias(std::string words, std::string name);

    /// Runs the command that the arguments name. Complaints go to standard error.
    /// @return the program's exit code
    int run(int argc, const char* const* argv) const;

    /// The words that lead to a command, and the command: {"volume", "rm"}, {"container", "ls"}.
    struct Path {
        Arguments words;
        const Command* command;
    };
    /// All of them, with those of groups and aliases; the hidden ones are left out.
    [[nodiscard]] std::vector<Path> paths() const;
    [[nodiscard]] const Command* find(std::string_view name) const;

  private:
    [[nodiscard]] std::string help() const;
    [[nodiscard]] std::string suggestion(std::string_view word) const;
    int dispatch(Arguments arguments) const;

    std::vector<Command> commands_;
    std::vector<std::pair<std::string, std::string>> aliases_;
};

/// Commands under a common word, as one: "volume" for "volume ls", "volume rm" and so on.
Command command_group(const std::string& name, const std::string& summary,
                      std::vector<Command> commands);

/// How many letters must be added, dropped, changed or swapped with their neighbour to make one
/// word of the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace minidock::client
