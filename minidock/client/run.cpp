#include "minidock/client/run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <optional>

#include "minidock/client/container_options.hpp"
#include "minidock/client/for_each.hpp"
#include "minidock/client/registries.hpp"
#include "minidock/client/session.hpp"
#include "minidock/client/text.hpp"
#include "minidock/client/values.hpp"
#include "minidock/http/query.hpp"

namespace minidock::client {
namespace {

/// Keys that let go of a container, as the API and the terminal want them.
struct Detaching {
    std::string text;  // "ctrl-p,ctrl-q"; empty: Docker's default
    [[nodiscard]] std::string keys() const {
        return parse_detach_keys(text.empty() ? "ctrl-p,ctrl-q" : text);
    }
};

/// What is to be attached.
struct Attachment {
    std::string id;
    bool terminal = false;
    bool input = false;
    bool proxy_signals = true;
    Detaching detaching;
};

bool lacks_image(const DaemonError& error) {
    return error.status() == 404 &&
           std::string_view{error.what()}.find("No such image") != std::string_view::npos;
}

/// Brings an image that the daemon does not have; what is said of it is no output of the command.
void pull_missing(Context& context, const std::string& image) {
    const std::size_t colon = image.rfind(':');
    const bool whole = image.find('@') != std::string::npos ||
                       (colon != std::string::npos && image.find('/', colon) == std::string::npos);
    fmt::print(stderr, "Unable to find image '{}{}' locally\n", image, whole ? "" : ":latest");
    try {
        pull_image(context, image, "", stderr);
    } catch (const RequestError& error) {
        throw Failure(engine_failure,
                      fmt::format("{}. See what there is: minidock images. Load one: minidock "
                                  "load -i FILE",
                                  error.what()));
    }
}

Json post_container(Context& context, const std::string& target, const Json& body,
                    const std::string& image) {
    try {
        return context.daemon.post(target, body);
    } catch (const DaemonError& error) {
        if (!lacks_image(error)) throw;
    }
    pull_missing(context, image);
    return context.daemon.post(target, body);
}

std::string create_container(Context& context, const ContainerOptions& options,
                             const Arguments& words, bool attached) {
    Json body = options.body(words);
    body["AttachStdin"] = attached && options.interactive;
    body["AttachStdout"] = attached;
    body["AttachStderr"] = attached;
    std::string target = "/containers/create";
    if (!options.name.empty()) target += "?name=" + http::percent_encode(options.name);
    try {
        const Json made = post_container(context, target, body, words.front());
        for (const Json& warning : made.value("Warnings", Json::array()))
            fmt::print(stderr, "WARNING: {}\n", warning.get<std::string>());
        return made.at("Id").get<std::string>();
    } catch (const DaemonError& error) {
        throw Failure(engine_failure, error.what());
    }
}

/// Prints what the daemon's trace says, until its stream ends.
/// @throws DaemonError when it ends with an error
void print_trace(http::ClientConnection& connection) {
    std::string text;
    std::array<char, 16384> piece{};
    while (const std::size_t n = connection.read_body(piece)) {
        text.append(piece.data(), n);
        std::size_t start = 0;
        for (std::size_t end = 0; (end = text.find('\n', start)) != std::string::npos;
             start = end + 1) {
            if (end == start) continue;
            const Json line =
                parse_json(std::string_view{text}.substr(start, end - start), "the trace");
            if (line.contains("error")) throw DaemonError(400, line["error"].get<std::string>());
            std::string shown = line.value("explain", "");
            if (!shown.ends_with('\n')) shown += '\n';
            std::fputs(shown.c_str(), stderr);
        }
        text.erase(0, start);
    }
}

/// @throws DaemonError
void start_container(Context& context, const std::string& id, const Detaching& detaching = {}) {
    std::string target = container_path(id) + "/start";
    if (!detaching.text.empty()) target += "?detachKeys=" + http::percent_encode(detaching.text);
    if (!context.explain) {
        context.daemon.request("POST", target);
        return;
    }
    target += target.find('?') == std::string::npos ? "?explain=1" : "&explain=1";
    http::ClientConnection connection = context.daemon.connect();
    connection.send("POST", Daemon::versioned(target));
    Daemon::expect_success(connection);
    print_trace(connection);
}

/// Asks to attach; the answer comes with finish_attach().
http::ClientConnection begin_attach(Context& context, const Attachment& attachment) {
    http::ClientConnection connection = context.daemon.connect();
    std::string target = container_path(attachment.id) + "/attach?stream=1&stdout=1&stderr=1";
    if (attachment.input) target += "&stdin=1";
    if (!attachment.detaching.text.empty())
        target += "&detachKeys=" + http::percent_encode(attachment.detaching.text);
    connection.send_upgrade("POST", Daemon::versioned(target));
    return connection;
}

http::ClientConnection begin_wait(Context& context, const std::string& id,
                                  std::string_view condition) {
    http::ClientConnection connection = context.daemon.connect();
    connection.send("POST", Daemon::versioned(fmt::format("{}/wait?condition={}",
                                                          container_path(id), condition)));
    return connection;
}

int read_exit_code(http::ClientConnection& waiting) {
    const Json answer = parse_json(waiting.read_body(), "the daemon's answer");
    const Json error = answer.value("Error", Json{});
    if (error.is_object() && !error.value("Message", "").empty())
        throw Failure(engine_failure, error["Message"].get<std::string>());
    return answer.at("StatusCode").get<int>();
}

void resize(Context& context, const std::string& id, TerminalSize size) {
    if (size.rows == 0 || size.columns == 0) return;
    try {
        context.daemon.request("POST", fmt::format("{}/resize?h={}&w={}", container_path(id),
                                                   size.rows, size.columns));
    } catch (const DaemonError&) {
        return;  // it has ended in the meantime
    }
}

void pass_signal(Context& context, const std::string& id, int signal) {
    try {
        context.daemon.request("POST",
                               fmt::format("{}/kill?signal={}", container_path(id), signal));
    } catch (const DaemonError&) {
        return;  // it has ended in the meantime
    }
}

SessionOptions session_options(Context& context, const Attachment& attachment) {
    SessionOptions options{.terminal = attachment.terminal,
                           .input = attachment.input,
                           .detach_keys = attachment.detaching.keys()};
    if (attachment.proxy_signals) {
        options.on_signal = [&context, id = attachment.id](int signal) {
            pass_signal(context, id, signal);
        };
    }
    if (attachment.terminal) {
        options.on_resize = [&context, id = attachment.id](TerminalSize size) {
            resize(context, id, size);
        };
    }
    return options;
}

/// Passes bytes until the container has ended or the user has let go of it.
/// @return its exit code; 0 when the user has let go
int talk(Session& session, http::ClientConnection& attached, http::ClientConnection& waiting) {
    Session::End end = session.run(attached.hijack());
    if (end == Session::End::output_over) end = session.wait_readable(waiting.fd());
    if (end == Session::End::detached) return 0;
    if (end == Session::End::interrupted)
        throw Failure(1, "got 3 interrupts; the container goes on. Stop it with: minidock stop");
    return read_exit_code(waiting);
}

/// Attaches, waits and starts, in the order in which nothing of a short life is missed.
int start_attached(Context& context, const Attachment& attachment, bool removed_at_exit) {
    // Both are asked before either is answered: the daemon serves them side by side.
    http::ClientConnection waiting =
        begin_wait(context, attachment.id, removed_at_exit ? "removed" : "next-exit");
    http::ClientConnection attached = begin_attach(context, attachment);
    Daemon::expect_success(attached);
    Daemon::expect_success(waiting);
    try {
        start_container(context, attachment.id, attachment.detaching);
    } catch (const DaemonError& error) {
        // With --rm the daemon takes away what did not start; when it has, it answers the wait.
        if (removed_at_exit) waiting.read_body();
        throw Failure(start_failure_code(error.what()), error.what());
    }
    Session session{session_options(context, attachment)};
    if (attachment.terminal) resize(context, attachment.id, size_of_terminal(STDIN_FILENO));
    return talk(session, attached, waiting);
}

void require_terminal(bool terminal, bool input) {
    if (terminal && input && !is_terminal(STDIN_FILENO))
        throw Failure(1, "the input device is not a TTY; leave out -t, or use a terminal");
}

using More = std::vector<MoreContainerOptions*>;

int run(Context& context, const Arguments& arguments, const More& more) {
    CommandLine line{"run", "[OPTIONS] IMAGE [COMMAND] [ARG...]",
                     "Create and run a new container from an image"};
    ContainerOptions options{.more = more};
    options.add_to(line);
    bool detach = false;
    bool explain = false;
    bool proxy_signals = true;
    Detaching detaching;
    line.app().add_flag("-d,--detach", detach,
                        "Run container in background and print container ID");
    line.app().add_flag("--explain", explain, "Print what the engine asks of the kernel, and why");
    line.app().add_flag("--sig-proxy", proxy_signals,
                        "Proxy received signals to the process (default true)");
    line.app().add_option("--detach-keys", detaching.text,
                          "Override the key sequence for detaching a container");
    if (!line.parse(arguments, engine_failure)) return 0;
    const Arguments words = line.rest();
    if (words.empty())
        throw Failure(engine_failure, "run needs an image. See: minidock run --help");
    context.explain = context.explain || explain;
    if (!detach) require_terminal(options.terminal, options.interactive);

    try {
        const std::string id = create_container(context, options, words, !detach);
        if (!detach) {
            return start_attached(context,
                                  {.id = id,
                                   .terminal = options.terminal,
                                   .input = options.interactive,
                                   .proxy_signals = proxy_signals,
                                   .detaching = detaching},
                                  options.remove);
        }
        start_container(context, id);
        fmt::print("{}\n", id);
        return 0;
    } catch (const Failure&) {
        throw;
    } catch (const DaemonError& error) {
        throw Failure(start_failure_code(error.what()), error.what());
    } catch (const std::exception& error) {
        throw Failure(engine_failure, error.what());
    }
}

int create(Context& context, const Arguments& arguments, const More& more) {
    CommandLine line{"create", "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create a new container"};
    ContainerOptions options{.more = more};
    options.add_to(line);
    if (!line.parse(arguments)) return 0;
    const Arguments words = line.rest();
    if (words.empty()) throw Failure(1, "create needs an image. See: minidock create --help");
    fmt::print("{}\n", create_container(context, options, words, !options.interactive));
    return 0;
}

/// Attaches to a container by what its inspection says of it.
Attachment attachment_of(const Json& container, bool want_input) {
    const Json& config = container.at("Config");
    return {.id = container.at("Id").get<std::string>(),
            .terminal = config.value("Tty", false),
            .input = want_input && config.value("OpenStdin", false),
            .detaching = {}};
}

int start(Context& context, const Arguments& arguments) {
    CommandLine line{"start", "[OPTIONS] CONTAINER [CONTAINER...]",
                     "Start one or more stopped containers"};
    Arguments names;
    bool attach = false;
    bool interactive = false;
    Detaching detaching;
    line.app().add_option("CONTAINER", names)->required();
    line.app().add_flag("-a,--attach", attach, "Attach STDOUT/STDERR and forward signals");
    line.app().add_flag("-i,--interactive", interactive, "Attach container's STDIN");
    line.app().add_option("--detach-keys", detaching.text,
                          "Override the key sequence for detaching a container");
    if (!line.parse(arguments)) return 0;

    if (attach || interactive) {
        if (names.size() > 1) throw Failure(1, "you cannot start and attach several containers");
        const Json container = context.daemon.get(container_path(names.front()) + "/json");
        Attachment attachment = attachment_of(container, interactive);
        attachment.detaching = detaching;
        require_terminal(attachment.terminal, attachment.input);
        const bool removed = container.at("HostConfig").value("AutoRemove", false);
        return start_attached(context, attachment, removed);
    }
    int code = 0;
    for (const std::string& name : names) {
        try {
            start_container(context, name);
            fmt::print("{}\n", name);
        } catch (const DaemonError& error) {
            fmt::print(stderr, "minidock: cannot start {}: {}\n", name, error.what());
            code = 1;
        }
    }
    return code;
}

int attach(Context& context, const Arguments& arguments) {
    CommandLine line{
        "attach", "[OPTIONS] CONTAINER",
        "Attach local standard input, output, and error streams to a running container"};
    std::string name;
    bool no_input = false;
    bool proxy_signals = true;
    Detaching detaching;
    line.app().add_option("CONTAINER", name)->required();
    line.app().add_flag("--no-stdin", no_input, "Do not attach STDIN");
    line.app().add_flag("--sig-proxy", proxy_signals,
                        "Proxy all received signals to the process (default true)");
    line.app().add_option("--detach-keys", detaching.text,
                          "Override the key sequence for detaching a container");
    if (!line.parse(arguments)) return 0;

    const Json container = context.daemon.get(container_path(name) + "/json");
    const Json& state = container.at("State");
    if (!state.value("Running", false))
        throw Failure(
            1, "cannot attach to a stopped container, start it first: minidock start " + name);
    Attachment attachment = attachment_of(container, !no_input);
    attachment.proxy_signals = proxy_signals;
    attachment.detaching = detaching;
    require_terminal(attachment.terminal, attachment.input);

    http::ClientConnection waiting = begin_wait(context, attachment.id, "");
    http::ClientConnection attached = begin_attach(context, attachment);
    Daemon::expect_success(attached);
    Daemon::expect_success(waiting);
    Session session{session_options(context, attachment)};
    if (attachment.terminal) resize(context, attachment.id, size_of_terminal(STDIN_FILENO));
    return talk(session, attached, waiting);
}

}  // namespace

int start_failure_code(std::string_view message) {
    const auto says = [&](std::string_view words) {
        return message.find(words) != std::string_view::npos;
    };
    if (says("executable file not found") || says("no such file or directory") ||
        says("No such file or directory"))
        return 127;
    if (says("permission denied") || says("Permission denied") || says("is a directory"))
        return 126;
    return engine_failure;
}

std::vector<Command> run_commands(const std::vector<MoreContainerOptions*>& more) {
    const auto with = [&](int (*command)(Context&, const Arguments&, const More&)) {
        return [command, more](Context& context, const Arguments& arguments) {
            return command(context, arguments, more);
        };
    };
    return {{"run", "Create and run a new container from an image", with(run)},
            {"create", "Create a new container", with(create)},
            {"start", "Start one or more stopped containers", start},
            {"attach", "Attach to a running container", attach}};
}

}  // namespace minidock::client
