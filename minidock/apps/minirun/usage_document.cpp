#include "minidock/apps/minirun/usage_document.hpp"

#include "minidock/cgroups/text.hpp"

namespace minidock::minirun {
namespace {

constexpr std::uint64_t ns_per_us = 1000;

Json cpu(const cgroups::CpuStats& stats) {
    return {{"usage",
             {{"total", stats.usage_us * ns_per_us},
              {"user", stats.user_us * ns_per_us},
              {"kernel", stats.system_us * ns_per_us}}},
            {"throttling",
             {{"periods", stats.periods},
              {"throttledPeriods", stats.throttled_periods},
              {"throttledTime", stats.throttled_us * ns_per_us}}}};
}

Json memory(const cgroups::MemoryStats& stats) {
    const auto detail = [&](const char* key) {
        const auto found = stats.detail.find(key);
        return found == stats.detail.end() ? 0 : found->second;
    };
    return {{"cache", detail("cache") + detail("file")},
            {"usage",
             {{"usage", stats.usage},
              {"max", stats.peak},
              {"limit", stats.limit},
              {"failcnt", stats.times_at_the_limit}}},
            {"swap", {{"usage", stats.swap_usage}}},
            {"raw", stats.detail}};
}

Json block_io(const std::vector<cgroups::IoStats>& devices) {
    Json bytes = Json::array();
    Json calls = Json::array();
    const auto add = [](Json& list, const cgroups::IoStats& device, const char* op,
                        std::uint64_t value) {
        list.push_back(
            {{"major", device.major}, {"minor", device.minor}, {"op", op}, {"value", value}});
    };
    for (const cgroups::IoStats& device : devices) {
        add(bytes, device, "Read", device.read_bytes);
        add(bytes, device, "Write", device.written_bytes);
        add(calls, device, "Read", device.reads);
        add(calls, device, "Write", device.writes);
    }
    return {{"ioServiceBytesRecursive", bytes}, {"ioServicedRecursive", calls}};
}

}  // namespace

Json stats_event(const std::string& id, const cgroups::Stats& stats) {
    Json data = Json::object();
    if (stats.cpu) data["cpu"] = cpu(*stats.cpu);
    if (stats.memory) data["memory"] = memory(*stats.memory);
    if (stats.pids) data["pids"] = {{"current", stats.pids->current}, {"limit", stats.pids->limit}};
    if (stats.pids && stats.pids->limit == cgroups::unlimited) data["pids"].erase("limit");
    if (stats.io) data["blkio"] = block_io(*stats.io);
    return {{"type", "stats"}, {"id", id}, {"data", std::move(data)}};
}

}  // namespace minidock::minirun
