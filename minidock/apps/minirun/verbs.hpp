// The verbs of minirun's command line, each with its own words. See runc(8) and crun(1): callers of
// those find the same words here.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

#include "minidock/apps/minirun/output.hpp"
#include "minidock/runtime/container.hpp"
#include "minidock/runtime/exec.hpp"

namespace minidock::minirun {

/// What was said before the verb, and to the verbs that make containers.
struct Arguments {
    runtime::CreateOptions create;
    Log log;
    bool explain = false;
    int explain_fd = -1;
    char** words = nullptr;  ///< all that main() got
};

/// Acts, and gives the program's exit status.
using Verb = std::function<int()>;

/// Adds a verb; when it is on the command line, `chosen` becomes what it does.
CLI::App* add_verb(CLI::App& app, Verb& chosen, const char* name, const char* help, Verb verb);

/// Adds the container's id, the first word after a verb.
void add_id(CLI::App* verb, Arguments& arguments);

/// exec
void add_exec(CLI::App& app, Arguments& arguments, Verb& chosen);
/// pause, resume, update
void add_limits(CLI::App& app, Arguments& arguments, Verb& chosen);
/// ps, events
void add_watch(CLI::App& app, Arguments& arguments, Verb& chosen);
/// spec, features
void add_describe(CLI::App& app, Arguments& arguments, Verb& chosen);

}  // namespace minidock::minirun
