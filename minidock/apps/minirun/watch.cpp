// `minirun ps` and `events`: what goes on in a container.
#include <algorithm>
#include <chrono>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <sstream>
#include <thread>

#include "minidock/apps/minirun/usage_document.hpp"
#include "minidock/apps/minirun/verbs.hpp"
#include "minidock/base/child.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/words.hpp"

namespace minidock::minirun {
namespace {

std::string output_of_ps(std::vector<std::string> options) {
    if (options.empty()) options = {"-ef"};
    options.insert(options.begin(), "ps");
    Pipe output = Pipe::make();
    Child ps = spawn({.path = "/bin/ps",
                      .arguments = options,
                      .environment = std::nullopt,
                      .descriptors = {{output.write_end.get(), 1}}});
    output.write_end.reset();
    std::string text = read_all(output.read_end.get(), "the output of ps");
    if (!ps.wait().success()) throw BadParameter("ps did not understand its options");
    return text;
}

/// The lines of ps(1) that are about these processes, under its heading.
void print_table(const std::vector<pid_t>& pids, const std::vector<std::string>& options) {
    std::istringstream lines{output_of_ps(options)};
    std::string line;
    std::getline(lines, line);
    const auto heading = words_of(line);
    const auto column =
        static_cast<std::size_t>(std::ranges::find(heading, "PID") - heading.begin());
    if (column == heading.size()) throw BadParameter("ps: with these options it shows no PID");
    std::puts(line.c_str());
    while (std::getline(lines, line)) {
        const auto words = words_of(line);
        if (words.size() <= column) continue;
        const bool ours = std::ranges::any_of(
            pids, [&](pid_t pid) { return std::to_string(pid) == words[column]; });
        if (ours) std::puts(line.c_str());
    }
}

void print(const Json& event) {
    std::puts(event.dump().c_str());
    std::fflush(stdout);
}

int print_stats(const std::string& root, const std::string& id) {
    print(stats_event(id, runtime::usage(root, id).stats));
    return 0;
}

bool is_over(const std::string& root, const std::string& id) try {
    return runtime::state(root, id).at("status") == "stopped";
} catch (const NotFound&) {
    return true;
}

/// Until the container has ended: its usage every so often, and a line whenever the kernel has
/// killed one of its processes for want of memory.
int watch(const std::string& root, const std::string& id, std::chrono::seconds interval) {
    constexpr std::chrono::milliseconds look_every{250};
    std::uint64_t kills = runtime::usage(root, id).oom_kills;
    auto due = std::chrono::steady_clock::now();
    while (!is_over(root, id)) {
        try {
            const runtime::Usage usage = runtime::usage(root, id);
            if (usage.oom_kills > kills) print({{"type", "oom"}, {"id", id}});
            kills = usage.oom_kills;
            if (std::chrono::steady_clock::now() >= due) {
                print(stats_event(id, usage.stats));
                due += interval;
            }
        } catch (const RequestError&) {
            continue;  // it has just ended
        }
        std::this_thread::sleep_for(look_every);
    }
    return 0;
}

void add_ps(CLI::App& app, Arguments& arguments, Verb& chosen) {
    const auto format = std::make_shared<std::string>("table");
    CLI::App* verb = add_verb(app, chosen, "ps", "Show the processes of a container", {});
    verb->callback([&arguments, &chosen, format, verb] {
        chosen = [&arguments, format, options = verb->remaining()] {
            const auto pids = runtime::processes(arguments.create.root, arguments.create.id);
            if (*format == "json") {
                print(pids);
            } else {
                print_table(pids, options);
            }
            return 0;
        };
    });
    verb->add_option("-f,--format", *format, "table or json")
        ->check(CLI::IsMember({"table", "json"}));
    add_id(verb, arguments);
    // What follows the id is for ps(1).
    verb->fallthrough(false)->prefix_command();
}

}  // namespace

void add_watch(CLI::App& app, Arguments& arguments, Verb& chosen) {
    add_ps(app, arguments, chosen);
    const auto once = std::make_shared<bool>(false);
    const auto interval = std::make_shared<unsigned>(5);
    CLI::App* verb = add_verb(
        app, chosen, "events", "Show what a container uses, and what befalls it",
        [&arguments, once, interval] {
            const auto& [root, id] = std::tie(arguments.create.root, arguments.create.id);
            return *once ? print_stats(root, id) : watch(root, id, std::chrono::seconds{*interval});
        });
    verb->add_flag("--stats", *once, "Show what it uses now, and end");
    verb->add_option("--interval", *interval, "Seconds between two lines")
        ->check(CLI::Range(1U, 86400U))
        ->transform(CLI::Validator(
            [](std::string& text) {
                if (text.ends_with('s')) text.pop_back();
                return std::string{};
            },
            "", ""));
    add_id(verb, arguments);
}

}  // namespace minidock::minirun
