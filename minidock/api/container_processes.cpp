#include "minidock/api/container_processes.hpp"

#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "minidock/api/machine.hpp"
#include "minidock/base/child.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/words.hpp"
#include "minidock/cgroups/group.hpp"

namespace minidock::api {

using containers::Container;
using containers::ContainerPtr;
using nlohmann::json;

namespace {

std::string find_ps() {
    for (const char* path : {"/usr/bin/ps", "/bin/ps"}) {
        if (::access(path, X_OK) == 0) return path;
    }
    throw Unsupported("top needs the program ps (package procps) on this machine");
}

std::string output_of_ps(const std::string& arguments) {
    Program ps{.path = find_ps(), .arguments = words_of(arguments)};
    ps.arguments.insert(ps.arguments.begin(), "ps");
    const Finished finished = run_to_the_end(std::move(ps));
    if (finished.status.success()) return finished.output;
    throw BadParameter("ps: " + finished.output.substr(0, finished.output.find('\n')));
}

}  // namespace

json pick_processes(const std::string& table, const std::vector<pid_t>& pids) {
    std::istringstream lines{table};
    std::string line;
    std::getline(lines, line);
    const std::vector<std::string> titles = words_of(line);
    const auto pid_title = std::find(titles.begin(), titles.end(), "PID");
    if (pid_title == titles.end()) throw BadParameter("Couldn't find PID field in ps output");
    const auto pid_column = static_cast<std::size_t>(pid_title - titles.begin());
    json processes = json::array();
    while (std::getline(lines, line)) {
        std::vector<std::string> words = words_of(line);
        if (words.size() <= pid_column) continue;
        const auto is_this = [&](pid_t pid) { return std::to_string(pid) == words[pid_column]; };
        if (std::none_of(pids.begin(), pids.end(), is_this)) continue;
        // The last column is a command with its arguments.
        while (words.size() > titles.size()) {
            const std::string last = words.back();
            words.pop_back();
            words.back() += " " + last;
        }
        processes.push_back(words);
    }
    return {{"Titles", titles}, {"Processes", processes}};
}

json describe_interfaces(const std::string& net_dev) {
    json interfaces = json::object();
    std::istringstream lines{net_dev};
    for (std::string line; std::getline(lines, line);) {
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos) continue;  // the two lines of headings
        const std::string name = words_of(line.substr(0, colon)).at(0);
        const std::vector<std::string> counts = words_of(line.substr(colon + 1));
        if (name == "lo" || counts.size() < 12) continue;
        const auto count = [&](std::size_t column) { return std::stoull(counts[column]); };
        interfaces[name] = {{"rx_bytes", count(0)},   {"rx_packets", count(1)},
                            {"rx_errors", count(2)},  {"rx_dropped", count(3)},
                            {"tx_bytes", count(8)},   {"tx_packets", count(9)},
                            {"tx_errors", count(10)}, {"tx_dropped", count(11)}};
    }
    return interfaces;
}

void ContainerProcessRoutes::add_routes(http::Router& router) {
    using http::Exchange;
    router.add("GET", "/containers/{id}/top", [this](Exchange& e) { top(e); });
    router.add("GET", "/containers/{id}/stats", [this](Exchange& e) { stats(e); });
}

void ContainerProcessRoutes::top(http::Exchange& exchange) {
    const ContainerPtr container = containers_.get(exchange.parameter("id"));
    if (!container->state().is_running()) {
        throw Conflict("container " + container->id() + " is not running");
    }
    const std::string arguments = exchange.query().text("ps_args", "-ef");
    const std::vector<pid_t> pids =
        cgroups::Group::open(containers_.cgroup_of(*container)).processes();
    const json answer = pick_processes(output_of_ps(arguments), pids);
    containers_.announce(*container, "top");
    exchange.send(http::Response::json(answer));
}

namespace {

/// All the time that the processors have worked or idled since the boot, in nanoseconds.
std::uint64_t system_cpu_time() {
    constexpr std::size_t counted = 8;  // user … steal; guests are in there already (proc(5))
    const std::string stat = read_file("/proc/stat");
    const std::vector<std::string> words = words_of(stat.substr(0, stat.find('\n')));
    std::uint64_t ticks = 0;
    for (std::size_t i = 1; i < words.size() && i <= counted; ++i)
        ticks += std::stoull(words[i]);
    return ticks * (1'000'000'000 / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK)));
}

json describe_cpu(const cgroups::CpuStats& cpu) {
    return {{"cpu_usage",
             {{"total_usage", cpu.usage_us * 1000},
              {"usage_in_kernelmode", cpu.system_us * 1000},
              {"usage_in_usermode", cpu.user_us * 1000}}},
            {"system_cpu_usage", system_cpu_time()},
            {"online_cpus", ::sysconf(_SC_NPROCESSORS_ONLN)},
            {"throttling_data",
             {{"periods", cpu.periods},
              {"throttled_periods", cpu.throttled_periods},
              {"throttled_time", cpu.throttled_us * 1000}}}};
}

json describe_memory(const cgroups::MemoryStats& memory) {
    // Without a limit of its own it has the machine's.
    const std::uint64_t machine = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                                  static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    json document{{"usage", memory.usage},
                  {"limit", std::min(memory.limit, machine)},
                  {"stats", memory.detail}};
    if (memory.peak != 0) document["max_usage"] = memory.peak;
    return document;
}

json describe_io(const std::vector<cgroups::IoStats>& devices) {
    json bytes = json::array();
    for (const cgroups::IoStats& device : devices) {
        const auto add = [&](const char* op, std::uint64_t value) {
            bytes.push_back(
                {{"major", device.major}, {"minor", device.minor}, {"op", op}, {"value", value}});
        };
        add("read", device.read_bytes);
        add("write", device.written_bytes);
    }
    json document{{"io_service_bytes_recursive", bytes}};
    for (const char* name : {"io_serviced_recursive", "io_queue_recursive",
                             "io_service_time_recursive", "io_wait_time_recursive",
                             "io_merged_recursive", "io_time_recursive", "sectors_recursive"})
        document[name] = nullptr;
    return document;
}

json nothing_yet(const Container& container) {
    const json no_cpu{
        {"cpu_usage", {{"total_usage", 0}, {"usage_in_kernelmode", 0}, {"usage_in_usermode", 0}}},
        {"throttling_data", {{"periods", 0}, {"throttled_periods", 0}, {"throttled_time", 0}}}};
    return {{"name", "/" + container.name()},
            {"id", container.id()},
            {"read", never},
            {"preread", never},
            {"num_procs", 0},
            {"pids_stats", json::object()},
            {"blkio_stats", describe_io({})},
            {"storage_stats", json::object()},
            {"memory_stats", json::object()},
            {"cpu_stats", no_cpu},
            {"precpu_stats", no_cpu}};
}

}  // namespace

/// What the container has used by now; nothing when it does not run.
json ContainerProcessRoutes::sample(const Container& container) const {
    json document = nothing_yet(container);
    const containers::State state = container.state();
    if (!state.is_running()) return document;
    try {
        const cgroups::Stats stats = cgroups::Group::open(containers_.cgroup_of(container)).stats();
        if (stats.cpu) document["cpu_stats"] = describe_cpu(*stats.cpu);
        if (stats.memory) document["memory_stats"] = describe_memory(*stats.memory);
        if (stats.io) document["blkio_stats"] = describe_io(*stats.io);
        if (stats.pids) {
            // Docker writes "no limit" as the greatest number.
            document["pids_stats"] = {{"current", stats.pids->current},
                                      {"limit", stats.pids->limit}};
        }
        json interfaces =
            describe_interfaces(read_file("/proc/" + std::to_string(state.pid) + "/net/dev"));
        if (!interfaces.empty()) document["networks"] = std::move(interfaces);
        document["read"] = to_rfc3339(now());
    } catch (const std::exception&) {
        // It ends at this moment.
    }
    return document;
}

void ContainerProcessRoutes::stats(http::Exchange& exchange) {
    const ContainerPtr container = containers_.get(exchange.parameter("id"));
    const bool goes_on = exchange.query().flag("stream", true);
    const bool one_sample = exchange.query().flag("one-shot");
    constexpr std::chrono::seconds between{1};
    json last = sample(*container);
    const auto follow = [&](json next) {
        next["precpu_stats"] = last["cpu_stats"];
        next["preread"] = last["read"];
        last = std::move(next);
    };
    if (!goes_on) {
        // How busy it is can only be told from two looks at it.
        if (!one_sample && container->state().is_running()) {
            if (exchange.wait(-1, between) != http::Wake::timeout) throw http::ClientGone{};
            follow(sample(*container));
        }
        exchange.send(http::Response::json(last));
        return;
    }
    exchange.start_stream(200, "application/json");
    for (;;) {
        exchange.write(last.dump() + "\n");
        if (exchange.wait(-1, between) != http::Wake::timeout || container->is_removed()) return;
        follow(sample(*container));
    }
}

}  // namespace minidock::api
