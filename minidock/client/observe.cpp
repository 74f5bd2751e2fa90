#include "minidock/client/observe.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <thread>

#include "minidock/base/timestamp.hpp"
#include "minidock/client/command_line.hpp"
#include "minidock/client/for_each.hpp"
#include "minidock/client/listing.hpp"
#include "minidock/client/template.hpp"
#include "minidock/client/terminal.hpp"
#include "minidock/client/text.hpp"
#include "minidock/client/values.hpp"
#include "minidock/http/query.hpp"

namespace minidock::client {
namespace {

int top(Context& context, const Arguments& arguments) {
    CommandLine line{"top", "CONTAINER [ps OPTIONS]",
                     "Display the running processes of a container"};
    line.end_at_first_argument();
    if (!line.parse(arguments)) return 0;
    const Arguments words = line.rest();
    if (words.empty()) throw Failure(1, "top needs a container. See: minidock top --help");
    std::string options;
    for (auto word = words.begin() + 1; word != words.end(); ++word)
        options += (options.empty() ? "" : " ") + *word;
    std::string target = container_path(words.front()) + "/top";
    if (!options.empty()) target += "?ps_args=" + http::percent_encode(options);
    const Json answer = context.daemon.get(target);
    Table table{answer.at("Titles").get<std::vector<std::string>>()};
    for (const Json& process : answer.at("Processes"))
        table.add(process.get<std::vector<std::string>>());
    fmt::print("{}", table.str());
    return 0;
}

std::uint64_t number_at(const Json& document, std::initializer_list<const char*> path) {
    const Json* value = &document;
    for (const char* name : path) {
        if (!value->is_object() || !value->contains(name)) return 0;
        value = &(*value)[name];
    }
    return value->is_number() ? value->get<std::uint64_t>() : 0;
}

/// How busy it was between two looks, where 100 is one processor.
double cpu_percent(const Json& stats) {
    const auto difference = [&](std::initializer_list<const char*> now,
                                std::initializer_list<const char*> before) {
        return static_cast<double>(number_at(stats, now)) -
               static_cast<double>(number_at(stats, before));
    };
    const double own = difference({"cpu_stats", "cpu_usage", "total_usage"},
                                  {"precpu_stats", "cpu_usage", "total_usage"});
    const double machine =
        difference({"cpu_stats", "system_cpu_usage"}, {"precpu_stats", "system_cpu_usage"});
    const auto processors = static_cast<double>(number_at(stats, {"cpu_stats", "online_cpus"}));
    return own > 0 && machine > 0 ? own / machine * processors * 100 : 0;
}

/// Without the page cache that the kernel could take back at once.
std::uint64_t memory_in_use(const Json& stats) {
    const std::uint64_t usage = number_at(stats, {"memory_stats", "usage"});
    const bool v1 = stats.contains("memory_stats") && stats["memory_stats"].contains("stats") &&
                    stats["memory_stats"]["stats"].contains("total_inactive_file");
    const std::uint64_t cache =
        number_at(stats, {"memory_stats", "stats", v1 ? "total_inactive_file" : "inactive_file"});
    return cache < usage ? usage - cache : usage;
}

std::string network_io(const Json& stats) {
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    for (const Json& interface : stats.value("networks", Json::object())) {
        received += number_at(interface, {"rx_bytes"});
        sent += number_at(interface, {"tx_bytes"});
    }
    return human_size(received) + " / " + human_size(sent);
}

std::string block_io(const Json& stats) {
    std::uint64_t read = 0;
    std::uint64_t written = 0;
    const Json devices =
        stats.value("blkio_stats", Json::object()).value("io_service_bytes_recursive", Json{});
    for (const Json& device : devices) {
        const std::string op = device.value("op", "");
        if (op == "read" || op == "Read") read += number_at(device, {"value"});
        if (op == "write" || op == "Write") written += number_at(device, {"value"});
    }
    return human_size(read) + " / " + human_size(written);
}

/// "▇▇▇▇      " for 40 of 100.
std::string bar(double percent) {
    constexpr int width = 10;
    const int full = std::clamp(static_cast<int>(std::lround(percent / 100 * width)), 0, width);
    std::string text;
    for (int i = 0; i < width; ++i)
        text += i < full ? "▇" : " ";
    return text;
}

std::vector<Column> stats_columns() {
    return {{"CONTAINER ID", "ID"},   {"NAME", "Name"},
            {"CPU %", "CPUPerc"},     {"MEM USAGE / LIMIT", "MemUsage"},
            {"MEM %", "MemPerc"},     {"NET I/O", "NetIO"},
            {"BLOCK I/O", "BlockIO"}, {"PIDS", "PIDs"}};
}

std::vector<std::string> running_containers(Daemon& daemon, bool all) {
    std::vector<std::string> ids;
    for (const Json& container : daemon.get(all ? "/containers/json?all=1" : "/containers/json"))
        ids.push_back(container.at("Id").get<std::string>());
    return ids;
}

std::vector<Json> rows_of(Context& context, const Arguments& names, bool one_shot) {
    // Each sample takes a second: they are taken side by side.
    std::vector<Json> rows(names.size());
    std::vector<std::string> failures(names.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < names.size(); ++i) {
        threads.emplace_back([&, i] {
            try {
                Daemon daemon{"unix://" + context.daemon.socket_path()};
                rows[i] = stats_row(daemon.get(container_path(names[i]) + "/stats?stream=0" +
                                               (one_shot ? "&one-shot=1" : "")));
            } catch (const std::exception& error) {
                failures[i] = error.what();
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    for (const std::string& failure : failures) {
        if (!failure.empty()) throw Failure(1, failure);
    }
    return rows;
}

int stats(Context& context, const Arguments& arguments) {
    CommandLine line{"stats", "[OPTIONS] [CONTAINER...]",
                     "Display a live stream of container(s) resource usage statistics"};
    Arguments names;
    ListOptions options;
    bool all = false;
    bool once = false;
    CLI::App& app = line.app();
    app.add_option("CONTAINER", names);
    app.add_flag("-a,--all", all, "Show all containers (default shows just running)");
    app.add_flag("--no-stream", once, "Disable streaming stats and only pull the first result");
    app.add_flag("--no-trunc", options.whole, "Do not truncate output");
    app.add_option("--format", options.format, "Format output: 'table', 'json', or a template");
    if (!line.parse(arguments)) return 0;
    const bool live = !once && options.format.empty() && is_terminal(STDOUT_FILENO);
    for (;;) {
        const Arguments shown = names.empty() ? running_containers(context.daemon, all) : names;
        std::vector<Json> rows = rows_of(context, shown, false);
        for (Json& row : rows) {
            if (!options.whole) row["ID"] = shown_id(row["ID"].get<std::string>());
            if (live) {
                row["CPUPerc"] = fmt::format("{} {}", row["CPUPerc"].get<std::string>(),
                                             bar(row["CPU"].get<double>()));
            }
        }
        // Home, and clear what is below: no flicker.
        if (live) fmt::print("\x1b[H\x1b[J");
        print_list(options, stats_columns(), rows);
        std::fflush(stdout);
        if (once) return 0;
    }
}

int events(Context& context, const Arguments& arguments) {
    CommandLine line{"events", "[OPTIONS]", "Get real time events from the server"};
    ListOptions options;
    std::string since;
    std::string until;
    CLI::App& app = line.app();
    line.add_list("-f,--filter", options.filters, "Filter output based on conditions provided");
    app.add_option("--format", options.format, "Format output: 'json', or a template");
    app.add_option("--since", since, "Show all events created since timestamp");
    app.add_option("--until", until, "Stream events until this timestamp");
    if (!line.parse(arguments)) return 0;
    std::string target = "/events?filters=" + options.filters_parameter();
    if (!since.empty()) target += "&since=" + parse_moment(since);
    if (!until.empty()) target += "&until=" + parse_moment(until);
    http::ClientConnection connection = context.daemon.connect();
    connection.send("GET", Daemon::versioned(target));
    Daemon::expect_success(connection);
    std::string text;
    std::array<char, 16384> piece{};
    while (const std::size_t n = connection.read_body(piece)) {
        text.append(piece.data(), n);
        for (std::size_t end = 0; (end = text.find('\n')) != std::string::npos;) {
            const Json event = parse_json(text.substr(0, end), "an event");
            text.erase(0, end + 1);
            fmt::print("{}\n", options.format.empty()     ? event_line(event)
                               : options.format == "json" ? event.dump()
                                                          : fill_template(options.format, event));
            std::fflush(stdout);
        }
    }
    return 0;
}

}  // namespace

Json stats_row(const Json& stats) {
    const std::uint64_t limit = number_at(stats, {"memory_stats", "limit"});
    const std::uint64_t memory = memory_in_use(stats);
    const double cpu = cpu_percent(stats);
    const double memory_percent =
        limit == 0 ? 0 : static_cast<double>(memory) / static_cast<double>(limit) * 100;
    std::string name = stats.value("name", "");
    if (name.starts_with('/')) name.erase(0, 1);
    return {{"ID", stats.value("id", "")},
            {"Container", stats.value("id", "")},
            {"Name", name},
            {"CPU", cpu},
            {"CPUPerc", fmt::format("{:.2f}%", cpu)},
            {"MemUsage", human_binary_size(memory) + " / " + human_binary_size(limit)},
            {"MemPerc", fmt::format("{:.2f}%", memory_percent)},
            {"NetIO", network_io(stats)},
            {"BlockIO", block_io(stats)},
            {"PIDs", std::to_string(number_at(stats, {"pids_stats", "current"}))}};
}

std::string event_line(const Json& event) {
    const Timestamp time{std::chrono::nanoseconds{event.value("timeNano", std::int64_t{0})}};
    const Json actor = event.value("Actor", Json::object());
    std::string attributes;
    const Json pairs = actor.value("Attributes", Json::object());
    for (const auto& [key, value] : pairs.items()) {
        attributes +=
            fmt::format("{}{}={}", attributes.empty() ? "" : ", ", key, value.get<std::string>());
    }
    return fmt::format("{} {} {} {}{}", to_rfc3339_padded(time), event.value("Type", ""),
                       event.value("Action", ""), actor.value("ID", ""),
                       attributes.empty() ? "" : " (" + attributes + ")");
}

std::vector<Command> observe_commands() {
    return {{"top", "Display the running processes of a container", top},
            {"stats", "Display a live stream of resource usage statistics", stats},
            {"events", "Get real time events from the server", events}};
}

}  // namespace minidock::client
