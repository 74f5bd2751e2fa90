// minirun: an OCI runtime. A bundle in, a container out, and then it exits.
// The command line is that of runc and crun, so that whoever calls those can call this.
#include <CLI/CLI.hpp>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "minidock/apps/minirun/output.hpp"
#include "minidock/apps/minirun/verbs.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/kernel/names.hpp"
#include "minidock/base/trace.hpp"
#include "minidock/namespaces/start.hpp"
#include "minidock/runtime/container.hpp"
#include "minidock/security/own_program.hpp"

namespace {

using namespace minidock;

using minirun::add_id;
using minirun::add_verb;
using minirun::Arguments;
using minirun::Verb;

constexpr int engine_failure = 1;

std::string absolute(const std::string& path) {
    std::unique_ptr<char, void (*)(void*)> resolved{::realpath(path.c_str(), nullptr), std::free};
    if (!resolved) throw SystemError("find the bundle " + path);
    return resolved.get();
}

int create(Arguments& arguments) {
    security::run_from_protected_program(arguments.words);
    arguments.create.bundle = absolute(arguments.create.bundle);
    // The container lives on without us.
    runtime::create(arguments.create).detach();
    return 0;
}

int run(Arguments& arguments) {
    security::run_from_protected_program(arguments.words);
    arguments.create.bundle = absolute(arguments.create.bundle);
    return runtime::run(arguments.create).shell_code();
}

int list(const std::string& root, const std::string& format, bool quiet) {
    const auto rows = runtime::list(root);
    if (quiet) {
        minirun::print_ids(rows);
    } else if (format == "json") {
        minirun::print_json(rows);
    } else {
        minirun::print_table(rows);
    }
    return 0;
}

void add_create_options(CLI::App* verb, Arguments& arguments) {
    runtime::CreateOptions& create = arguments.create;
    verb->add_option("-b,--bundle", create.bundle, "The folder of config.json");
    verb->add_option("--pid-file", create.pid_file, "Write the PID of the first process there");
    verb->add_option("--console-socket", create.console_socket,
                     "Send the master end of the terminal to this socket");
    verb->add_option("--preserve-fds", create.preserved_fds,
                     "How many descriptors from 3 on the program keeps");
    verb->add_flag("--no-pivot", create.no_pivot,
                   "Move the root instead of pivoting it: for a machine that runs from initramfs");
    verb->add_flag("--no-new-keyring", create.keep_keyring, "Share the caller's session keyring");
    add_id(verb, arguments);
}

void add_list(CLI::App& app, Arguments& arguments, Verb& chosen) {
    const auto format = std::make_shared<std::string>("table");
    const auto quiet = std::make_shared<bool>(false);
    CLI::App* verb = add_verb(
        app, chosen, "list", "Show the containers of this root",
        [&arguments, format, quiet] { return list(arguments.create.root, *format, *quiet); });
    verb->add_option("-f,--format", *format, "table or json")
        ->check(CLI::IsMember({"table", "json"}));
    verb->add_flag("-q,--quiet", *quiet, "The ids alone");
}

void add_kill(CLI::App& app, Arguments& arguments, Verb& chosen) {
    const auto all = std::make_shared<bool>(false);
    const auto signal = std::make_shared<std::string>("SIGTERM");
    CLI::App* verb = add_verb(app, chosen, "kill", "Send a signal to a container's first process",
                              [&arguments, all, signal] {
                                  runtime::kill(arguments.create.root, arguments.create.id,
                                                kernel::signal_number(*signal), *all);
                                  return 0;
                              });
    verb->add_flag("-a,--all", *all, "To all of its processes");
    add_id(verb, arguments);
    verb->add_option("signal", *signal, "Name or number; SIGTERM if not given");
}

void add_delete(CLI::App& app, Arguments& arguments, Verb& chosen) {
    const auto force = std::make_shared<bool>(false);
    CLI::App* verb =
        add_verb(app, chosen, "delete", "Remove what is left of a container", [&arguments, force] {
            runtime::remove(arguments.create.root, arguments.create.id, *force);
            return 0;
        });
    verb->add_flag("-f,--force", *force, "Kill it first, and do not mind if it is gone");
    add_id(verb, arguments);
}

/// The verbs of the specification's life cycle, and those around it.
void add_verbs(CLI::App& app, Arguments& arguments, Verb& chosen) {
    add_create_options(
        add_verb(app, chosen, "create", "Make a container, up to the start of its program",
                 [&arguments] { return create(arguments); }),
        arguments);
    add_create_options(add_verb(app, chosen, "run", "Create, start, wait for the end, delete",
                                [&arguments] { return run(arguments); }),
                       arguments);
    add_id(add_verb(app, chosen, "start", "Let the program of a created container go",
                    [&arguments] {
                        runtime::start(arguments.create.root, arguments.create.id);
                        return 0;
                    }),
           arguments);
    add_id(add_verb(app, chosen, "state", "Show a container's state as JSON",
                    [&arguments] {
                        const Json state =
                            runtime::state(arguments.create.root, arguments.create.id);
                        std::puts(state.dump(2).c_str());
                        return 0;
                    }),
           arguments);
    add_kill(app, arguments, chosen);
    add_delete(app, arguments, chosen);
    add_list(app, arguments, chosen);
    minirun::add_exec(app, arguments, chosen);
    minirun::add_limits(app, arguments, chosen);
    minirun::add_watch(app, arguments, chosen);
    minirun::add_describe(app, arguments, chosen);
}

void add_global_options(CLI::App& app, Arguments& arguments) {
    app.add_option("--root", arguments.create.root, "Where the containers' states are kept");
    app.add_option("--log", arguments.log.file, "Write errors to this file, too");
    app.add_option("--log-format", arguments.log.format, "text or json")
        ->check(CLI::IsMember({"text", "json"}));
    app.add_flag("--debug", arguments.log.debug, "Log more");
    app.add_flag("--systemd-cgroup", arguments.create.systemd_cgroup,
                 "Let systemd make the control group, as a scope; cgroupsPath is then "
                 "SLICE:PREFIX:NAME");
    app.add_flag("--explain", arguments.explain,
                 "Show on standard error what is asked of the kernel, and why");
    app.add_option("--explain-fd", arguments.explain_fd, "Show it on this descriptor instead");
}

std::string words_of(const Arguments& arguments) {
    std::string text;
    for (char** word = arguments.words; *word != nullptr; ++word)
        text += (text.empty() ? "" : " ") + std::string{*word};
    return text;
}

int run_verb(const Verb& verb, Arguments& arguments) {
    const int explain_fd = arguments.explain ? STDERR_FILENO : arguments.explain_fd;
    try {
        const trace::Scope scope{explain_fd, "minirun"};
        const int status = verb();
        minirun::note(arguments.log, words_of(arguments) + ": status " + std::to_string(status));
        return status;
    } catch (const namespaces::StartError& error) {
        minirun::report(arguments.log, error.what());
        return error.exit_code();
    } catch (const std::exception& error) {
        minirun::report(arguments.log, error.what());
        return engine_failure;
    }
}

}  // namespace

namespace minidock::minirun {

CLI::App* add_verb(CLI::App& app, Verb& chosen, const char* name, const char* help, Verb verb) {
    CLI::App* added = app.add_subcommand(name, help);
    added->callback([&chosen, verb = std::move(verb)] { chosen = verb; });
    return added;
}

void add_id(CLI::App* verb, Arguments& arguments) {
    verb->add_option("id", arguments.create.id, "The container's id")->required();
}

}  // namespace minidock::minirun

int main(int argc, char** argv) {
    Arguments arguments{.create = {.root = "/run/minirun", .bundle = "."}, .words = argv};
    CLI::App app{"An OCI runtime: makes containers of bundles.", "minirun"};
    app.set_version_flag("-v,--version", minirun::version());
    app.require_subcommand(1);
    app.fallthrough();
    Verb verb;
    add_global_options(app, arguments);
    add_verbs(app, arguments, verb);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : engine_failure;
    }
    return run_verb(verb, arguments);
}
