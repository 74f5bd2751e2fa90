#include "minidock/client/upkeep.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "minidock/client/command_line.hpp"
#include "minidock/client/for_each.hpp"
#include "minidock/client/life_options.hpp"
#include "minidock/client/listing.hpp"
#include "minidock/client/pruning.hpp"
#include "minidock/client/text.hpp"
#include "minidock/client/values.hpp"
#include "minidock/http/query.hpp"

namespace minidock::client {
namespace {

/// A command that takes containers and nothing else.
std::function<int(Context&, const Arguments&)> plain(const std::string& verb,
                                                     const std::string& summary) {
    return [verb, summary](Context& context, const Arguments& arguments) {
        CommandLine line{verb, "CONTAINER [CONTAINER...]", summary};
        Arguments names;
        line.app().add_option("CONTAINER", names)->required();
        if (!line.parse(arguments)) return 0;
        return for_each(names, verb, [&](const std::string& name) {
            context.daemon.request("POST", container_path(name) + "/" + verb);
            fmt::print("{}\n", name);
        });
    };
}

int rename(Context& context, const Arguments& arguments) {
    CommandLine line{"rename", "CONTAINER NEW_NAME", "Rename a container"};
    std::string name;
    std::string new_name;
    line.app().add_option("CONTAINER", name)->required();
    line.app().add_option("NEW_NAME", new_name)->required();
    if (!line.parse(arguments)) return 0;
    context.daemon.request("POST",
                           container_path(name) + "/rename?name=" + http::percent_encode(new_name));
    return 0;
}

int update(Context& context, const Arguments& arguments) {
    CommandLine line{"update", "[OPTIONS] CONTAINER [CONTAINER...]",
                     "Update configuration of one or more containers"};
    Arguments names;
    std::string memory;
    std::string swap;
    std::string reservation;
    std::string cpus;
    std::string cpuset;
    std::string policy;
    std::int64_t shares = 0;
    std::int64_t pids = 0;
    CLI::App& app = line.app();
    app.add_option("CONTAINER", names)->required();
    app.add_option("-m,--memory", memory, "Memory limit");
    app.add_option("--memory-swap", swap,
                   "Swap limit equal to memory plus swap: -1 to enable unlimited swap");
    app.add_option("--memory-reservation", reservation, "Memory soft limit");
    app.add_option("--cpus", cpus, "Number of CPUs");
    app.add_option("-c,--cpu-shares", shares, "CPU shares (relative weight)");
    app.add_option("--cpuset-cpus", cpuset, "CPUs in which to allow execution (0-3, 0,1)");
    app.add_option("--pids-limit", pids, "Tune container pids limit (set -1 for unlimited)");
    app.add_option("--restart", policy, "Restart policy to apply when a container exits");
    if (!line.parse(arguments)) return 0;

    Json body = Json::object();
    if (!memory.empty()) body["Memory"] = parse_size(memory);
    if (!swap.empty()) body["MemorySwap"] = swap == "-1" ? -1 : parse_size(swap);
    if (!reservation.empty()) body["MemoryReservation"] = parse_size(reservation);
    if (!cpus.empty()) body["NanoCpus"] = parse_cpus(cpus);
    if (!cpuset.empty()) body["CpusetCpus"] = cpuset;
    if (shares != 0) body["CpuShares"] = shares;
    if (pids != 0) body["PidsLimit"] = pids;
    if (!policy.empty()) body["RestartPolicy"] = parse_restart_policy(policy);
    if (body.empty())
        throw Failure(1, "you must provide one or more flags when using this command");
    return for_each(names, "update", [&](const std::string& name) {
        const Json answer = context.daemon.post(container_path(name) + "/update", body);
        for (const Json& warning : answer.value("Warnings", Json::array()))
            fmt::print(stderr, "WARNING: {}\n", warning.get<std::string>());
        fmt::print("{}\n", name);
    });
}

int prune(Context& context, const Arguments& arguments) {
    CommandLine line{"container prune", "[OPTIONS]", "Remove all stopped containers"};
    ListOptions filters;
    bool force = false;
    line.app().add_flag("-f,--force", force, "Do not prompt for confirmation");
    line.add_list("--filter", filters.filters,
                  "Provide filter values (e.g. \"until=<timestamp>\")");
    if (!line.parse(arguments)) return 0;
    if (!force && !user_agrees("all stopped containers")) return 0;
    const Json answer =
        context.daemon.post("/containers/prune?filters=" + filters.filters_parameter(), Json{});
    const Json deleted = answer.value("ContainersDeleted", Json::array());
    print_deleted("Containers", deleted);
    fmt::print("{}Total reclaimed space: {}\n", deleted.empty() ? "" : "\n",
               human_size(answer.value("SpaceReclaimed", std::uint64_t{0})));
    return 0;
}

int diff(Context& context, const Arguments& arguments) {
    CommandLine line{"diff", "CONTAINER",
                     "Inspect changes to files or directories on a container's filesystem"};
    std::string name;
    line.app().add_option("CONTAINER", name)->required();
    if (!line.parse(arguments)) return 0;
    static constexpr std::array letters{'C', 'A', 'D'};
    for (const Json& change : context.daemon.get(container_path(name) + "/changes")) {
        fmt::print("{} {}\n", letters.at(change.at("Kind").get<std::size_t>()),
                   change.at("Path").get<std::string>());
    }
    return 0;
}

}  // namespace

std::vector<Command> upkeep_commands() {
    const char* const pause = "Pause all processes within one or more containers";
    const char* const unpause = "Unpause all processes within one or more containers";
    return {stopping_command("restart", "Restart one or more containers"),
            {"pause", pause, plain("pause", pause)},
            {"unpause", unpause, plain("unpause", unpause)},
            {"rename", "Rename a container", rename},
            {"update", "Update configuration of one or more containers", update},
            {"container prune", "Remove all stopped containers", prune},
            {"diff", "Inspect changes to files on a container's filesystem", diff}};
}

}  // namespace minidock::client
