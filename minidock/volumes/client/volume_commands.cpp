#include "minidock/volumes/client/volume_commands.hpp"

#include <fmt/format.h>

#include "minidock/client/for_each.hpp"
#include "minidock/client/listing.hpp"
#include "minidock/client/pruning.hpp"
#include "minidock/client/text.hpp"
#include "minidock/client/values.hpp"
#include "minidock/http/query.hpp"

namespace minidock::volumes {
namespace {

using client::Arguments;
using client::CommandLine;
using client::Context;
using client::Failure;

std::string path_of(const std::string& name) {
    return "/volumes/" + http::percent_encode(name);
}

int list(Context& context, const Arguments& arguments) {
    CommandLine line{"volume ls", "[OPTIONS]", "List volumes"};
    client::ListOptions options;
    options.add_to(line);
    if (!line.parse(arguments)) return 0;
    const Json answer = context.daemon.get("/volumes?filters=" + options.filters_parameter());
    std::vector<Json> rows;
    for (const Json& volume : answer.at("Volumes")) {
        Json row = volume;
        row["ID"] = volume.at("Name");  // what --quiet prints
        rows.push_back(std::move(row));
    }
    client::print_list(options, {{"DRIVER", "Driver"}, {"VOLUME NAME", "Name"}}, rows);
    return 0;
}

int create(Context& context, const Arguments& arguments) {
    CommandLine line{"volume create", "[OPTIONS] [VOLUME]", "Create a volume"};
    std::string name;
    std::string driver = "local";
    Arguments labels;
    Arguments driver_options;
    line.app().add_option("VOLUME", name);
    line.app().add_option("-d,--driver", driver, "Specify volume driver name");
    line.add_list("--label", labels, "Set metadata for a volume");
    line.add_list("-o,--opt", driver_options, "Set driver specific options");
    if (!line.parse(arguments)) return 0;
    const Json made = context.daemon.post("/volumes/create",
                                          {{"Name", name},
                                           {"Driver", driver},
                                           {"Labels", client::parse_labels(labels)},
                                           {"DriverOpts", client::parse_labels(driver_options)}});
    fmt::print("{}\n", made.at("Name").get<std::string>());
    return 0;
}

int remove(Context& context, const Arguments& arguments) {
    CommandLine line{"volume rm", "[OPTIONS] VOLUME [VOLUME...]", "Remove one or more volumes"};
    Arguments names;
    bool force = false;
    line.app().add_option("VOLUME", names)->required();
    line.app().add_flag("-f,--force", force, "Force the removal of one or more volumes");
    if (!line.parse(arguments)) return 0;
    return client::for_each(names, "", [&](const std::string& name) {
        context.daemon.request("DELETE", path_of(name) + fmt::format("?force={:d}", force));
        fmt::print("{}\n", name);
    });
}

int inspect(Context& context, const Arguments& arguments) {
    CommandLine line{"volume inspect", "[OPTIONS] VOLUME [VOLUME...]",
                     "Display detailed information on one or more volumes"};
    Arguments names;
    std::string format;
    line.app().add_option("VOLUME", names)->required();
    line.app().add_option("-f,--format", format, "Format output: 'json', or a template");
    if (!line.parse(arguments)) return 0;
    Json found = Json::array();
    const int code = client::for_each(names, "", [&](const std::string& name) {
        found.push_back(context.daemon.get(path_of(name)));
    });
    client::print_inspected(format, found);
    return code;
}

int prune(Context& context, const Arguments& arguments) {
    CommandLine line{"volume prune", "[OPTIONS]", "Remove unused local volumes"};
    client::ListOptions filters;
    bool all = false;
    bool force = false;
    line.app().add_flag("-a,--all", all, "Remove all unused volumes, not just anonymous ones");
    line.app().add_flag("-f,--force", force, "Do not prompt for confirmation");
    line.add_list("--filter", filters.filters, "Provide filter values (\"label=<label>\")");
    if (!line.parse(arguments)) return 0;
    if (!force && !client::user_agrees(fmt::format("{} volumes not used by at least one container",
                                                   all ? "all" : "anonymous local")))
        return 1;
    if (all) filters.filters.emplace_back("all=1");
    const Json answer =
        context.daemon.post("/volumes/prune?filters=" + filters.filters_parameter(), {});
    client::print_deleted("Volumes", answer.at("VolumesDeleted"));
    fmt::print("{}Total reclaimed space: {}\n", answer.at("VolumesDeleted").empty() ? "" : "\n",
               client::human_size(answer.at("SpaceReclaimed").get<std::uint64_t>()));
    return 0;
}

}  // namespace

std::vector<client::Command> volume_commands() {
    return {client::command_group(
        "volume", "Manage volumes",
        {{"create", "Create a volume", create},
         {"inspect", "Display detailed information on one or more volumes", inspect},
         {"ls", "List volumes", list},
         {"prune", "Remove unused local volumes", prune},
         {"rm", "Remove one or more volumes", remove}})};
}

}  // namespace minidock::volumes
