// `system df`: what the daemon's things take on the disk, and what of it could be had back.
#include <fmt/format.h>

#include "minidock/client/command_line.hpp"
#include "minidock/client/listing.hpp"
#include "minidock/client/system.hpp"
#include "minidock/client/text.hpp"

namespace minidock::client {
namespace {

/// One kind of thing: how many there are, how many of them are in use, and their bytes.
struct Usage {
    std::string type;
    std::size_t total = 0;
    std::size_t active = 0;
    std::uint64_t size = 0;
    std::uint64_t reclaimable = 0;

    void count(std::uint64_t bytes, bool in_use) {
        ++total;
        active += in_use ? 1 : 0;
        size += bytes;
        reclaimable += in_use ? 0 : bytes;
    }
};

/// Sizes that the daemon does not know are -1.
std::uint64_t bytes_of(const Json& object, const char* field) {
    const auto bytes = object.value(field, std::int64_t{0});
    return bytes < 0 ? 0 : static_cast<std::uint64_t>(bytes);
}

/// Images share layers, so their sizes cannot be added up; what one in use has for itself alone can
/// be taken off.
Usage usage_of_images(const Json& document) {
    Usage usage{.type = "Images", .size = bytes_of(document, "LayersSize")};
    std::uint64_t used = 0;
    for (const Json& image : document.at("Images")) {
        const bool in_use = image.value("Containers", std::int64_t{0}) != 0;
        usage.count(0, in_use);
        if (in_use) used += bytes_of(image, "Size") - bytes_of(image, "SharedSize");
    }
    usage.reclaimable = usage.size > used ? usage.size - used : 0;
    return usage;
}

Usage usage_of_containers(const Json& document) {
    Usage usage{.type = "Containers"};
    for (const Json& container : document.at("Containers")) {
        const std::string state = container.value("State", "");
        usage.count(bytes_of(container, "SizeRw"),
                    state == "running" || state == "paused" || state == "restarting");
    }
    return usage;
}

Usage usage_of_volumes(const Json& document) {
    Usage usage{.type = "Local Volumes"};
    for (const Json& volume : document.at("Volumes")) {
        const Json data = volume.value("UsageData", Json::object());
        usage.count(bytes_of(data, "Size"), data.value("RefCount", std::int64_t{0}) > 0);
    }
    return usage;
}

Json row_of(const Usage& usage) {
    std::string reclaimable = human_decimal_size(usage.reclaimable);
    if (usage.size > 0) reclaimable += fmt::format(" ({}%)", usage.reclaimable * 100 / usage.size);
    return {{"Type", usage.type},
            {"TotalCount", std::to_string(usage.total)},
            {"Active", std::to_string(usage.active)},
            {"Size", human_decimal_size(usage.size)},
            {"Reclaimable", reclaimable}};
}

}  // namespace

int show_disk_usage(Context& context, const Arguments& arguments) {
    CommandLine line{"system df", "[OPTIONS]", "Show the disk usage of the engine"};
    ListOptions options;
    line.app().add_option("--format", options.format,
                          "Format output: 'table', 'json', or a template");
    if (!line.parse(arguments)) return 0;
    const Json document = context.daemon.get("/system/df");
    print_list(options,
               {{"TYPE", "Type"},
                {"TOTAL", "TotalCount"},
                {"ACTIVE", "Active"},
                {"SIZE", "Size"},
                {"RECLAIMABLE", "Reclaimable"}},
               {row_of(usage_of_images(document)), row_of(usage_of_containers(document)),
                row_of(usage_of_volumes(document)), row_of({.type = "Build Cache"})});
    return 0;
}

}  // namespace minidock::client
