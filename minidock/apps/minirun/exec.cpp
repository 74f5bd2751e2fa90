// `minirun exec`.
#include <CLI/CLI.hpp>
#include <memory>

#include "minidock/apps/minirun/verbs.hpp"
#include "minidock/base/error.hpp"
#include "minidock/namespaces/hand_over.hpp"
#include "minidock/security/own_program.hpp"

namespace minidock::minirun {
namespace {

/// As runc has it: a status that few programs use, so that callers can tell the runtime's own
/// failure from the program's.
constexpr int exec_failure = 255;

int run_exec(const runtime::ExecOptions& options) try {
    if (options.detach) {
        // The process lives on without us.
        runtime::exec(options).detach();
        return 0;
    }
    return runtime::exec_in_foreground(options).shell_code();
} catch (const namespaces::StartError& error) {
    throw namespaces::StartError(error.what(),
                                 error.exit_code() == 1 ? exec_failure : error.exit_code());
} catch (const std::exception& error) {
    throw namespaces::StartError(error.what(), exec_failure);
}

/// Options that may be given more than once, with one value each time.
template <class T>
CLI::Option* add_list(CLI::App* verb, const char* names, std::vector<T>& values, const char* help) {
    return verb->add_option(names, values, help)->allow_extra_args(false);
}

void add_process_options(CLI::App* verb, runtime::ProcessChanges& changes) {
    verb->add_option("--cwd", changes.cwd, "The working directory in the container");
    add_list(verb, "-e,--env", changes.env, "A further environment variable, NAME=VALUE");
    verb->add_option("-u,--user", changes.user, "UID or UID:GID");
    add_list(verb, "-g,--additional-gids", changes.additional_gids, "A further group")
        ->delimiter(',');
    add_list(verb, "-c,--cap", changes.capabilities, "A further capability: CAP_NET_RAW");
    verb->add_flag("--no-new-privs", changes.no_new_privileges,
                   "Set-user-ID programs give it nothing");
    verb->add_flag("-t,--tty", changes.terminal, "Give it a terminal of its own");
}

}  // namespace

void add_exec(CLI::App& app, Arguments& arguments, Verb& chosen) {
    // Lives as long as the verb, which is the last to use it.
    const auto options = std::make_shared<runtime::ExecOptions>();
    CLI::App* verb = add_verb(app, chosen, "exec", "Run a further program in a container", {});
    verb->callback([&arguments, &chosen, options, verb] {
        options->root = arguments.create.root;
        options->changes.args = verb->remaining();
        chosen = [&arguments, options] {
            security::run_from_protected_program(arguments.words);
            return run_exec(*options);
        };
    });
    verb->add_option("-p,--process", options->process_file, "A process.json that says what to run");
    add_process_options(verb, options->changes);
    verb->add_flag("-d,--detach", options->detach, "Come back when it runs");
    verb->add_option("--pid-file", options->pid_file, "Write its PID there");
    verb->add_option("--console-socket", options->console_socket,
                     "Send the master end of its terminal to this socket");
    verb->add_option("--preserve-fds", options->preserved_fds,
                     "How many descriptors from 3 on it keeps");
    verb->add_flag("--ignore-paused", options->ignore_paused, "Also in a paused container");
    verb->add_option("id", options->id, "The container's id")->required();
    // What follows the id is the program's, dashes and all.
    verb->fallthrough(false)->prefix_command();
}

}  // namespace minidock::minirun
