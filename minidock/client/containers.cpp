#include "minidock/client/containers.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>

#include "minidock/client/for_each.hpp"
#include "minidock/client/frames.hpp"
#include "minidock/client/listing.hpp"
#include "minidock/client/text.hpp"
#include "minidock/client/values.hpp"
#include "minidock/http/query.hpp"

namespace minidock::client {
namespace {

/// "a=1,b=2"
std::string joined_labels(const Json& labels) {
    std::string text;
    for (const auto& [key, value] : labels.items())
        text += fmt::format("{}{}={}", text.empty() ? "" : ",", key, value.get<std::string>());
    return text;
}

/// "0.0.0.0:8080->80/tcp, 443/tcp"
std::string joined_ports(const Json& ports) {
    std::string text;
    for (const Json& port : ports) {
        text += text.empty() ? "" : ", ";
        if (port.contains("PublicPort"))
            text += fmt::format("{}:{}->", port.value("IP", ""), port["PublicPort"].get<int>());
        text += fmt::format("{}/{}", port.value("PrivatePort", 0), port.value("Type", "tcp"));
    }
    return text;
}

std::string joined_names(const Json& names) {
    std::string text;
    for (const Json& name : names) {
        std::string word = name.get<std::string>();
        if (word.starts_with('/')) word.erase(0, 1);
        text += (text.empty() ? "" : ",") + word;
    }
    return text;
}

/// A container of the API's list as the fields of Docker's --format.
Json row_of(const Json& container, bool whole) {
    const auto id = container.at("Id").get<std::string>();
    const auto command = container.value("Command", "");
    const auto created = container.value("Created", std::int64_t{0});
    return {{"ID", whole ? id : shown_id(id)},
            {"Image", container.value("Image", "")},
            {"Command", in_quotes(whole ? command : shorten(command, 20))},
            {"CreatedAt", go_time(created)},
            {"RunningFor", ago(created)},
            {"Status", container.value("Status", "")},
            {"State", container.value("State", "")},
            {"Ports", joined_ports(container.value("Ports", Json::array()))},
            {"Names", joined_names(container.value("Names", Json::array()))},
            {"Labels", joined_labels(container.value("Labels", Json::object()))}};
}

int list(Context& context, const Arguments& arguments) {
    CommandLine line{"ps", "[OPTIONS]", "List containers"};
    ListOptions options;
    bool all = false;
    int last = 0;
    bool latest = false;
    options.add_to(line);
    line.app().add_flag("-a,--all", all, "Show all containers (default shows just running)");
    line.app().add_option("-n,--last", last, "Show n last created containers");
    line.app().add_flag("-l,--latest", latest, "Show the latest created container");
    if (!line.parse(arguments)) return 0;

    std::string target = "/containers/json?filters=" + options.filters_parameter();
    if (all) target += "&all=1";
    if (latest || last > 0) target += fmt::format("&limit={}", latest ? 1 : last);
    std::vector<Json> rows;
    for (const Json& container : context.daemon.get(target))
        rows.push_back(row_of(container, options.whole));
    print_list(options,
               {{"CONTAINER ID", "ID"},
                {"IMAGE", "Image"},
                {"COMMAND", "Command"},
                {"CREATED", "RunningFor"},
                {"STATUS", "Status"},
                {"PORTS", "Ports"},
                {"NAMES", "Names"}},
               rows);
    return 0;
}

int kill(Context& context, const Arguments& arguments) {
    CommandLine line{"kill", "[OPTIONS] CONTAINER [CONTAINER...]",
                     "Kill one or more running containers"};
    Arguments names;
    std::string signal = "KILL";
    line.app().add_option("CONTAINER", names)->required();
    line.app().add_option("-s,--signal", signal, "Signal to send to the container");
    if (!line.parse(arguments)) return 0;
    return for_each(names, "kill", [&](const std::string& name) {
        context.daemon.request(
            "POST", container_path(name) + "/kill?signal=" + http::percent_encode(signal));
        fmt::print("{}\n", name);
    });
}

int remove(Context& context, const Arguments& arguments) {
    CommandLine line{"rm", "[OPTIONS] CONTAINER [CONTAINER...]", "Remove one or more containers"};
    Arguments names;
    bool force = false;
    bool volumes = false;
    line.app().add_option("CONTAINER", names)->required();
    line.app().add_flag("-f,--force", force,
                        "Force the removal of a running container (uses SIGKILL)");
    line.app().add_flag("-v,--volumes", volumes,
                        "Remove anonymous volumes associated with the container");
    if (!line.parse(arguments)) return 0;
    const std::string parameters = fmt::format("?force={:d}&v={:d}", force, volumes);
    return for_each(names, "remove", [&](const std::string& name) {
        try {
            context.daemon.request("DELETE", container_path(name) + parameters);
        } catch (const DaemonError& error) {
            if (!force || error.status() != 404) throw;
        }
        fmt::print("{}\n", name);
    });
}

int wait(Context& context, const Arguments& arguments) {
    CommandLine line{"wait", "CONTAINER [CONTAINER...]",
                     "Block until one or more containers stop, then print their exit codes"};
    Arguments names;
    line.app().add_option("CONTAINER", names)->required();
    if (!line.parse(arguments)) return 0;
    return for_each(names, "wait for", [&](const std::string& name) {
        const Json answer = context.daemon.post(container_path(name) + "/wait", nullptr);
        fmt::print("{}\n", answer.at("StatusCode").get<int>());
        std::fflush(stdout);
    });
}

/// What a container has printed, as it comes: in frames, or raw when it has a terminal.
void print_output(http::ClientConnection& connection, bool terminal) {
    const auto print = [](FrameDecoder::Stream stream, std::string_view bytes) {
        const bool error = stream == FrameDecoder::Stream::standard_error;
        write_all(error ? STDERR_FILENO : STDOUT_FILENO, bytes, "the output");
    };
    FrameDecoder frames{print};
    std::array<char, 32768> piece{};
    while (const std::size_t n = connection.read_body(piece)) {
        const std::string_view bytes{piece.data(), n};
        if (terminal)
            print(FrameDecoder::Stream::standard_output, bytes);
        else
            frames.feed(bytes);
    }
}

int logs(Context& context, const Arguments& arguments) {
    CommandLine line{"logs", "[OPTIONS] CONTAINER", "Fetch the logs of a container"};
    std::string name;
    bool follow = false;
    bool timestamps = false;
    std::string tail = "all";
    std::string since;
    std::string until;
    line.app().add_option("CONTAINER", name)->required();
    line.app().add_flag("-f,--follow", follow, "Follow log output");
    line.app().add_flag("-t,--timestamps", timestamps, "Show timestamps");
    line.app().add_option("-n,--tail", tail,
                          "Number of lines to show from the end of the logs (default \"all\")");
    line.app().add_option("--since", since,
                          "Show logs since timestamp or relative (e.g. \"42m\" for 42 minutes)");
    line.app().add_option("--until", until,
                          "Show logs before a timestamp or relative (e.g. \"42m\" for 42 minutes)");
    if (!line.parse(arguments)) return 0;

    const Json container = context.daemon.get(container_path(name) + "/json");
    std::string target =
        fmt::format("{}/logs?stdout=1&stderr=1&follow={:d}&timestamps={:d}&tail={}",
                    container_path(name), follow, timestamps, http::percent_encode(tail));
    if (!since.empty()) target += "&since=" + parse_moment(since);
    if (!until.empty()) target += "&until=" + parse_moment(until);
    http::ClientConnection connection = context.daemon.connect();
    connection.send("GET", Daemon::versioned(target));
    Daemon::expect_success(connection);
    print_output(connection, container.at("Config").value("Tty", false));
    return 0;
}

}  // namespace

std::vector<Command> container_commands() {
    return {{"ps", "List containers", list},
            stopping_command("stop", "Stop one or more running containers"),
            {"kill", "Kill one or more running containers", kill},
            {"rm", "Remove one or more containers", remove},
            {"wait", "Block until containers stop, then print their exit codes", wait},
            {"logs", "Fetch the logs of a container", logs}};
}

}  // namespace minidock::client
