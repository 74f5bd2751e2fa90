#include "minidock/client/images.hpp"

#include <fmt/format.h>

#include "minidock/client/for_each.hpp"
#include "minidock/client/listing.hpp"
#include "minidock/client/pruning.hpp"
#include "minidock/client/text.hpp"
#include "minidock/http/query.hpp"

namespace minidock::client {
namespace {

std::string path_of(const std::string& name) {
    return "/images/" + http::percent_encode(name, "/:@");
}

/// An image of the API's list as the fields of Docker's --format: one row for each of its tags.
void add_rows(std::vector<Json>& rows, const Json& image, bool whole) {
    const auto id = image.at("Id").get<std::string>();
    const auto created = image.value("Created", std::int64_t{0});
    Json tags = image.value("RepoTags", Json::array());
    if (!tags.is_array() || tags.empty()) tags = {"<none>:<none>"};
    for (const Json& tag : tags) {
        const auto name = tag.get<std::string>();
        const std::size_t colon = name.rfind(':');
        rows.push_back({{"Repository", name.substr(0, colon)},
                        {"Tag", name.substr(colon + 1)},
                        {"ID", whole ? id : shown_id(id)},
                        {"CreatedAt", go_time(created)},
                        {"CreatedSince", ago(created)},
                        {"Size", human_size(image.value("Size", std::uint64_t{0}))}});
    }
}

int list(Context& context, const Arguments& arguments) {
    CommandLine line{"images", "[OPTIONS] [REPOSITORY[:TAG]]", "List images"};
    ListOptions options;
    std::string reference;
    bool all = false;
    options.add_to(line);
    line.app().add_option("REPOSITORY", reference);
    line.app().add_flag("-a,--all", all, "Show all images");
    if (!line.parse(arguments)) return 0;

    if (!reference.empty()) options.filters.push_back("reference=" + reference);
    std::vector<Json> rows;
    const Json images = context.daemon.get(
        fmt::format("/images/json?all={:d}&filters={}", all, options.filters_parameter()));
    for (const Json& image : images)
        add_rows(rows, image, options.whole);
    print_list(options,
               {{"REPOSITORY", "Repository"},
                {"TAG", "Tag"},
                {"IMAGE ID", "ID"},
                {"CREATED", "CreatedSince"},
                {"SIZE", "Size"}},
               rows);
    return 0;
}

int remove(Context& context, const Arguments& arguments) {
    CommandLine line{"rmi", "[OPTIONS] IMAGE [IMAGE...]", "Remove one or more images"};
    Arguments names;
    bool force = false;
    line.app().add_option("IMAGE", names)->required();
    line.app().add_flag("-f,--force", force, "Force removal of the image");
    if (!line.parse(arguments)) return 0;

    return for_each(names, "remove", [&](const std::string& name) {
        const Json steps = parse_json(
            context.daemon.request("DELETE", path_of(name) + fmt::format("?force={:d}", force)),
            "the daemon's answer");
        for (const Json& step : steps) {
            for (const auto& [what, which] : step.items())
                fmt::print("{}: {}\n", what, which.get<std::string>());
        }
    });
}

int tag(Context& context, const Arguments& arguments) {
    CommandLine line{"tag", "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
                     "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE"};
    std::string source;
    std::string target;
    line.app().add_option("SOURCE_IMAGE", source)->required();
    line.app().add_option("TARGET_IMAGE", target)->required();
    if (!line.parse(arguments)) return 0;
    context.daemon.request("POST", path_of(source) + "/tag?repo=" + http::percent_encode(target));
    return 0;
}

int history(Context& context, const Arguments& arguments) {
    CommandLine line{"history", "[OPTIONS] IMAGE", "Show the history of an image"};
    ListOptions options;
    std::string name;
    line.app().add_option("IMAGE", name)->required();
    line.app().add_flag("-q,--quiet", options.quiet, "Only show image IDs");
    line.app().add_flag("--no-trunc", options.whole, "Don't truncate output");
    line.app().add_option("--format", options.format, "Format output: 'json', or a template");
    if (!line.parse(arguments)) return 0;
    std::vector<Json> rows;
    const Json steps = context.daemon.get(path_of(name) + "/history");
    for (const Json& step : steps) {
        const auto id = step.value("Id", "");
        const auto created = step.value("Created", std::int64_t{0});
        const auto made_by = step.value("CreatedBy", "");
        rows.push_back({{"ID", options.whole || !id.starts_with("sha256:") ? id : shown_id(id)},
                        {"CreatedAt", go_time(created)},
                        {"CreatedSince", ago(created)},
                        {"CreatedBy", options.whole ? made_by : shorten(made_by, 45)},
                        {"Size", human_size(step.value("Size", std::uint64_t{0}))},
                        {"Comment", step.value("Comment", "")}});
    }
    print_list(options,
               {{"IMAGE", "ID"},
                {"CREATED", "CreatedSince"},
                {"CREATED BY", "CreatedBy"},
                {"SIZE", "Size"},
                {"COMMENT", "Comment"}},
               rows);
    return 0;
}

int prune(Context& context, const Arguments& arguments) {
    CommandLine line{"image prune", "[OPTIONS]", "Remove unused images"};
    ListOptions options;
    bool all = false;
    bool force = false;
    line.app().add_flag("-a,--all", all, "Remove all unused images, not just dangling ones");
    line.app().add_flag("-f,--force", force, "Do not prompt for confirmation");
    line.add_list("--filter", options.filters, "Provide filter values: until=TIME, label=NAME");
    if (!line.parse(arguments)) return 0;
    if (!force && !user_agrees(fmt::format("all {} images", all ? "unused" : "dangling"))) return 0;
    options.filters.push_back(all ? "dangling=false" : "dangling=true");
    const Json done = parse_json(
        context.daemon.request("POST", "/images/prune?filters=" + options.filters_parameter()),
        "the daemon's answer");
    const Json deleted = done.value("ImagesDeleted", Json{});
    if (deleted.is_array() && !deleted.empty()) {
        fmt::print("Deleted Images:\n");
        for (const Json& step : deleted) {
            for (const auto& [what, which] : step.items())
                fmt::print("{}: {}\n", what == "Deleted" ? "deleted" : "untagged",
                           which.get<std::string>());
        }
        fmt::print("\n");
    }
    fmt::print("Total reclaimed space: {}\n",
               human_size(done.value("SpaceReclaimed", std::uint64_t{0})));
    return 0;
}

}  // namespace

std::vector<Command> image_commands() {
    return {{"images", "List images", list},
            {"rmi", "Remove one or more images", remove},
            {"tag", "Create a tag that refers to an image", tag},
            {"history", "Show the history of an image", history},
            {"image prune", "Remove unused images", prune}};
}

}  // namespace minidock::client
