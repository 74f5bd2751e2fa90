#include "chapters/01-namespaces/words.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "chapters/command_line.hpp"
#include "minidock/base/error.hpp"
#include "minidock/namespaces/enter.hpp"
#include "minidock/namespaces/inspect.hpp"
#include "minidock/namespaces/reaper.hpp"

namespace minidock::chapter01 {

using namespaces::Kind;

namespace {

Kind kind_named(const std::string& name) {
    if (const auto kind = namespaces::kind_by_oci_name(name)) return *kind;
    throw BadParameter("--share " + name +
                       ": want mount, pid, uts, ipc, network, user, cgroup or time");
}

void add_explain(CLI::App& verb, bool& explain) {
    verb.add_flag("--explain", explain, "Show what is asked of the kernel, and why");
}

/// A kernel without a kind cannot make it anybody's own. Say so rather than seem to.
void tell_what_is_missing(const namespaces::KindSet& shared) {
    const namespaces::KindSet available = namespaces::available_kinds();
    for (const Kind kind : namespaces::all_kinds) {
        if (available.contains(kind) || shared.contains(kind)) continue;
        fmt::print(stderr, "chapter01: this kernel has no {} namespaces: that is shared\n",
                   namespaces::oci_name(kind));
    }
}

}  // namespace

Run::Run(CLI::App& app)
    : verb_{app.add_subcommand("run",
                               "Run a command in namespaces of its own: run [OPTIONS] "
                               "COMMAND [ARG...]")} {
    verb_->add_option("--hostname", wish_.hostname, "its host name");
    verb_
        ->add_option_function<std::vector<std::string>>(
            "--user-map",
            [this](const std::vector<std::string>& ranges) {
                for (const auto& range : ranges) {
                    wish_.id_map.push_back(namespaces::parse_range(range));
                }
            },
            "a user namespace: SIZE users from INSIDE on stand for those from OUTSIDE on")
        ->type_name("INSIDE:OUTSIDE:SIZE")
        ->allow_extra_args(false);
    verb_
        ->add_option_function<std::vector<std::string>>(
            "--share",
            [this](const std::vector<std::string>& names) {
                for (const auto& name : names)
                    wish_.shared.insert(kind_named(name));
            },
            "a kind of namespace that is not to be its own: mount, pid, uts, ipc, network, user, "
            "cgroup, time")
        ->type_name("KIND")
        ->allow_extra_args(false);
    verb_->add_flag("--init", wish_.init,
                    "Put a PID 1 of ours in there, which reaps orphans and passes signals on");
    add_explain(*verb_, explain_);
    chapters::takes_command(*verb_);
}

void Run::explain() {
    if (explain_ && !explained_) explained_.emplace(STDERR_FILENO, "run");
}

int Run::run(const namespaces::Additions& additions) {
    const auto command = chapters::command_of(*verb_);
    tell_what_is_missing(wish_.shared);
    explain();
    const auto start = [&] {
        return namespaces::run(wish_, command, namespaces::own_environment(), additions);
    };
    return namespaces::run_in_foreground(start).shell_code();
}

Enter::Enter(CLI::App& app)
    : verb_{app.add_subcommand("enter",
                               "Run a command in the namespaces of a process: enter PID "
                               "COMMAND [ARG...]")} {
    verb_->add_option("PID", pid_, "the process")->required()->check(CLI::PositiveNumber);
    add_explain(*verb_, explain_);
    chapters::takes_command(*verb_);
}

int Enter::run() {
    const auto command = chapters::command_of(*verb_);
    std::optional<trace::Scope> explained;
    if (explain_) explained.emplace(STDERR_FILENO, "enter");
    const auto start = [&] {
        return namespaces::run_in(pid_, command, namespaces::own_environment());
    };
    return namespaces::run_in_foreground(start).shell_code();
}

Show::Show(CLI::App& app)
    : verb_{app.add_subcommand("show", "Show the namespaces of a process, or of this one")} {
    verb_->add_option("PID", pid_, "the process")->check(CLI::PositiveNumber);
}

void Show::print() {
    const auto ours = namespaces::namespaces_of(::getpid());
    const pid_t pid = pid_ == 0 ? ::getpid() : pid_;
    const auto theirs = namespaces::namespaces_of(pid);
    for (const auto& [kind, id] : theirs) {
        const bool shared = ours.at(kind) == id;
        fmt::print("{:<8} {:>7}:[{}]  {}\n", namespaces::oci_name(kind),
                   namespaces::proc_name(kind), id, shared ? "shared with us" : "its own");
    }
    if (ours.at(Kind::user) == theirs.at(Kind::user)) return;
    for (const auto& range : namespaces::id_maps_of(pid).users) {
        fmt::print("users {} to {} in there are {} to {} here\n", range.inside,
                   range.inside + (range.size - 1), range.outside,
                   range.outside + (range.size - 1));
    }
}

int report_errors(const std::string& program, const std::function<int()>& rest) {
    const auto fail = [&](const std::exception& error, int exit_code) {
        fmt::print(stderr, "{}: {}\n", program, error.what());
        return exit_code;
    };
    try {
        return rest();
    } catch (const namespaces::StartError& error) {
        // What went wrong inside before the command was looked for is ours, not the command's.
        const bool command = error.exit_code() >= chapters::cannot_execute;
        return fail(error, command ? error.exit_code() : chapters::engine_failed);
    } catch (const std::exception& error) {
        return fail(error, chapters::engine_failed);
    }
}

}  // namespace minidock::chapter01
