// Hooks: programs that run at given points of a container's life, with its state on their
// standard input. See the OCI runtime specification, config.md, "POSIX-platform Hooks".
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "minidock/base/json.hpp"

namespace minidock::runtime {

struct Hook {
    std::string path;               ///< absolute
    std::vector<std::string> args;  ///< with argv[0]; empty: the path alone
    std::vector<std::string> env;
    std::optional<std::chrono::seconds> timeout;
};

/// In the order in which they run.
struct Hooks {
    std::vector<Hook> prestart;          ///< outside, before the root is pivoted (deprecated)
    std::vector<Hook> create_runtime;    ///< outside, the same point
    std::vector<Hook> create_container;  ///< inside the namespaces, before the root is pivoted
    std::vector<Hook> start_container;   ///< inside, just before the program
    std::vector<Hook> poststart;         ///< outside, after the program has started
    std::vector<Hook> poststop;          ///< outside, after the container is deleted

    [[nodiscard]] bool any_before_pivot() const {
        return !prestart.empty() || !create_runtime.empty() || !create_container.empty();
    }
};

/// Reads `hooks` of a config.json. @throws BadParameter with the place of the fault
Hooks parse_hooks(const JsonReader& hooks);
/// One list of them, which may be missing.
std::vector<Hook> parse_hook_list(const JsonReader& hooks, const std::string& key);

/// Runs hooks one after the other.
/// @param state the container's state, as JSON, for their standard input
/// @throws std::runtime_error naming the hook that failed or took too long, with what it said
void run_hooks(const std::vector<Hook>& hooks, const std::string& state);

/// The same for hooks whose failure changes nothing (poststart, poststop): it is only told.
void run_hooks_and_warn(const std::vector<Hook>& hooks, const std::string& state);

}  // namespace minidock::runtime
