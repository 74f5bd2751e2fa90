#include "minidock/client/exec.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "minidock/client/command_line.hpp"
#include "minidock/client/session.hpp"
#include "minidock/client/values.hpp"
#include "minidock/http/query.hpp"

namespace minidock::client {
namespace {

struct ExecOptions {
    Arguments environment;
    Arguments environment_files;
    std::string detach_keys;
    std::string user;
    std::string working_folder;
    bool detach = false;
    bool interactive = false;
    bool privileged = false;
    bool terminal = false;

    void add_to(CommandLine& line) {
        CLI::App& app = line.app();
        app.add_flag("-d,--detach", detach, "Detached mode: run command in the background");
        app.add_option("--detach-keys", detach_keys,
                       "Override the key sequence for detaching a container");
        line.add_list("-e,--env", environment, "Set environment variables");
        line.add_list("--env-file", environment_files, "Read in a file of environment variables");
        app.add_flag("-i,--interactive", interactive, "Keep STDIN open even if not attached");
        app.add_flag("--privileged", privileged, "Give extended privileges to the command");
        app.add_flag("-t,--tty", terminal, "Allocate a pseudo-TTY");
        app.add_option("-u,--user", user, "Username or UID (format: <name|uid>[:<group|gid>])");
        app.add_option("-w,--workdir", working_folder, "Working directory inside the container");
        line.end_at_first_argument();
    }

    [[nodiscard]] Json body(const Arguments& words) const {
        Arguments variables;
        for (const std::string& file : environment_files) {
            for (std::string& variable : read_variables(file))
                variables.push_back(std::move(variable));
        }
        for (const std::string& text : environment) {
            if (auto variable = parse_variable(text)) variables.push_back(std::move(*variable));
        }
        Json body{{"AttachStdin", interactive && !detach},
                  {"AttachStdout", !detach},
                  {"AttachStderr", !detach},
                  {"DetachKeys", detach_keys},
                  {"Tty", terminal},
                  {"Privileged", privileged},
                  {"User", user},
                  {"WorkingDir", working_folder},
                  {"Env", variables},
                  {"Cmd", Arguments{words.begin() + 1, words.end()}}};
        const TerminalSize size = size_of_terminal(STDIN_FILENO);
        if (terminal && size.rows != 0) body["ConsoleSize"] = {size.rows, size.columns};
        return body;
    }
};

void resize(Daemon& daemon, const std::string& id, TerminalSize size) {
    if (size.rows == 0 || size.columns == 0) return;
    try {
        daemon.request("POST",
                       fmt::format("/exec/{}/resize?h={}&w={}", id, size.rows, size.columns));
    } catch (const DaemonError&) {
        return;  // it has ended in the meantime
    }
}

int run_attached(Context& context, const std::string& id, const ExecOptions& options) {
    http::ClientConnection connection = context.daemon.connect();
    connection.send_upgrade("POST", Daemon::versioned("/exec/" + id + "/start"),
                            Json{{"Detach", false}, {"Tty", options.terminal}}.dump());
    Daemon::expect_success(connection);
    SessionOptions session_options{.terminal = options.terminal, .input = options.interactive};
    if (!options.detach_keys.empty()) {
        session_options.detach_keys = parse_detach_keys(options.detach_keys);
    }
    if (options.terminal) {
        session_options.on_resize = [&](TerminalSize size) { resize(context.daemon, id, size); };
    }
    Session session{std::move(session_options)};
    const Session::End end = session.run(connection.hijack());
    if (end == Session::End::detached) return 0;
    const Json state = context.daemon.get("/exec/" + id + "/json");
    return state.value("ExitCode", Json{}).is_number() ? state["ExitCode"].get<int>() : 0;
}

int exec(Context& context, const Arguments& arguments) {
    CommandLine line{"exec", "[OPTIONS] CONTAINER COMMAND [ARG...]",
                     "Execute a command in a running container"};
    ExecOptions options;
    options.add_to(line);
    if (!line.parse(arguments)) return 0;
    const Arguments words = line.rest();
    if (words.size() < 2)
        throw Failure(1, "exec needs a container and a command. See: minidock exec --help");
    if (options.terminal && options.interactive && !options.detach && !is_terminal(STDIN_FILENO))
        throw Failure(1, "the input device is not a TTY; leave out -t, or use a terminal");

    const Json made = context.daemon.post(
        "/containers/" + http::percent_encode(words.front()) + "/exec", options.body(words));
    const auto id = made.at("Id").get<std::string>();
    if (!options.detach) return run_attached(context, id, options);
    context.daemon.post("/exec/" + id + "/start", {{"Detach", true}, {"Tty", options.terminal}});
    return 0;
}

}  // namespace

std::vector<Command> exec_commands() {
    return {{"exec", "Execute a command in a running container", exec}};
}

}  // namespace minidock::client
