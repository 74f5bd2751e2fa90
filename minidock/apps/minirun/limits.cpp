// `minirun pause`, `resume` and `update`.
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <memory>

#include "minidock/apps/minirun/verbs.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"

namespace minidock::minirun {
namespace {

/// Adds an option that sets a member of `linux.resources`, given as a number.
void add_number(CLI::App* verb, Json& resources, const char* option, const char* path,
                const char* help) {
    verb->add_option_function<std::int64_t>(
        option,
        [&resources, path](std::int64_t value) { resources[Json::json_pointer{path}] = value; },
        help);
}

/// The same for a number of bytes, which may end in k, m, g or t; -1 lifts the limit.
void add_size(CLI::App* verb, Json& resources, const char* option, const char* path,
              const char* help) {
    verb->add_option_function<std::string>(
        option,
        [&resources, path, option](const std::string& text) {
            if (text == "-1") {
                resources[Json::json_pointer{path}] = -1;
                return;
            }
            std::uint64_t bytes = 0;
            std::string size = text;
            if (!CLI::AsSizeValue(false)(size).empty() || !CLI::detail::lexical_cast(size, bytes)) {
                throw CLI::ValidationError(option, "want a number of bytes, as 64m, not " + text);
            }
            resources[Json::json_pointer{path}] = bytes;
        },
        help);
}

void add_text(CLI::App* verb, Json& resources, const char* option, const char* path,
              const char* help) {
    verb->add_option_function<std::string>(
        option,
        [&resources, path](const std::string& text) { resources[Json::json_pointer{path}] = text; },
        help);
}

void add_resources(CLI::App* verb, Json& resources) {
    add_size(verb, resources, "--memory", "/memory/limit", "Bytes of memory");
    add_size(verb, resources, "--memory-reservation", "/memory/reservation",
             "Bytes below which it is spared");
    add_size(verb, resources, "--memory-swap", "/memory/swap", "Bytes of memory and swap together");
    add_number(verb, resources, "--cpu-period", "/cpu/period", "Microseconds of a period");
    add_number(verb, resources, "--cpu-quota", "/cpu/quota", "Microseconds in each period");
    add_number(verb, resources, "--cpu-burst", "/cpu/burst", "Microseconds that may be saved up");
    add_number(verb, resources, "--cpu-share,--cpu-shares", "/cpu/shares",
               "Weight against others: 1024 is usual");
    add_number(verb, resources, "--cpu-rt-period", "/cpu/realtimePeriod", "Real-time period");
    add_number(verb, resources, "--cpu-rt-runtime", "/cpu/realtimeRuntime", "Real-time limit");
    add_number(verb, resources, "--cpu-idle", "/cpu/idle", "1: only when nobody else wants it");
    add_text(verb, resources, "--cpuset-cpus", "/cpu/cpus", "The processors it may run on");
    add_text(verb, resources, "--cpuset-mems", "/cpu/mems", "The memory nodes it may use");
    add_number(verb, resources, "--pids-limit", "/pids/limit", "Processes and threads");
    add_number(verb, resources, "--blkio-weight", "/blockIO/weight", "Its share of the disk");
}

Json read_resources(const std::string& file) {
    if (file == "-") return parse_json(read_all(STDIN_FILENO, "standard input"), "standard input");
    return read_json_file(file);
}

}  // namespace

void add_limits(CLI::App& app, Arguments& arguments, Verb& chosen) {
    add_id(add_verb(app, chosen, "pause", "Stop all processes of a container where they are",
                    [&arguments] {
                        runtime::pause(arguments.create.root, arguments.create.id);
                        return 0;
                    }),
           arguments);
    add_id(add_verb(app, chosen, "resume", "Let the processes of a paused container go on",
                    [&arguments] {
                        runtime::resume(arguments.create.root, arguments.create.id);
                        return 0;
                    }),
           arguments);
    const auto resources = std::make_shared<Json>(Json::object());
    const auto file = std::make_shared<std::string>();
    CLI::App* update = add_verb(
        app, chosen, "update", "Change the limits of a container", [&arguments, resources, file] {
            runtime::update(arguments.create.root, arguments.create.id,
                            file->empty() ? *resources : read_resources(*file));
            return 0;
        });
    add_resources(update, *resources);
    update->add_option("-r,--resources", *file,
                       "A file of linux.resources, - for standard input; other options are then "
                       "left out of account");
    add_id(update, arguments);
}

}  // namespace minidock::minirun
