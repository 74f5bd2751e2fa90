// The controllers of cgroup v2: which file takes which number. See cgroup-v2.rst, "Controllers".
#include <fmt/format.h>

#include "minidock/base/error.hpp"
#include "minidock/cgroups/conversion.hpp"
#include "minidock/cgroups/setting.hpp"

namespace minidock::cgroups {
namespace {

/// The kernel's default, which OCI takes over (cgroup-v2.rst, cpu.max).
constexpr std::uint64_t default_period_us = 100'000;

std::string or_max(std::int64_t value) {
    return value < 0 ? "max" : std::to_string(value);
}

// [memory_v2]
void add_memory(const Memory& memory, std::vector<Setting>& settings) {
    if (memory.disable_oom_killer) {
        throw Unsupported("switching the OOM killer off for a group is for cgroup v1 only");
    }
    const std::int64_t limit = memory.limit.value_or(0);
    // Lifting the limit on memory lifts that on both together, unless it is given too.
    const std::int64_t both = memory.swap.value_or(limit < 0 ? -1 : 0);
    if (both != 0) {
        settings.push_back({Controller::memory, "memory.swap.max", or_max(swap_alone(both, limit)),
                            "how much of it may be swapped out", std::nullopt, true});
    }
    if (limit != 0) {
        settings.push_back({Controller::memory, "memory.max", or_max(limit),
                            "above this the group gives pages back, or a process of it is killed"});
    }
    if (memory.reservation.value_or(0) != 0) {
        settings.push_back({Controller::memory, "memory.low", or_max(*memory.reservation),
                            "below this, the kernel takes pages from other groups first"});
    }
}
// [/memory_v2]

// [cpu_v2]
std::string cpu_max(const Cpu& cpu) {
    // lab 02.2: what cpu.max wants is "QUOTA PERIOD", or "max PERIOD" where no quota is given.
    const std::int64_t quota = cpu.quota.value_or(0);
    return fmt::format("{} {}", quota > 0 ? std::to_string(quota) : "max",
                       cpu.period.value_or(default_period_us));
    // end lab
}

void add_cpu(const Cpu& cpu, std::vector<Setting>& settings) {
    if (cpu.realtime_runtime.value_or(0) != 0 || cpu.realtime_period.value_or(0) != 0) {
        throw Unsupported("a group's real-time processor time can be set on cgroup v1 only");
    }
    if (cpu.idle) {
        settings.push_back({Controller::cpu, "cpu.idle", std::to_string(*cpu.idle),
                            "runs only when nobody else wants the processor"});
    }
    // A group that is idle has the least weight there is, and takes no other.
    if (cpu.shares.value_or(0) != 0 && cpu.idle.value_or(0) == 0) {
        settings.push_back({Controller::cpu, "cpu.weight",
                            std::to_string(weight_from_shares(*cpu.shares)),
                            "its share when several groups want the processor"});
    }
    if (cpu.quota.value_or(0) != 0 || cpu.period.value_or(0) != 0) {
        settings.push_back({Controller::cpu, "cpu.max", cpu_max(cpu),
                            "microseconds of processor time in each period"});
    }
    if (cpu.burst) {
        settings.push_back({Controller::cpu, "cpu.max.burst", std::to_string(*cpu.burst),
                            "unused time that may be saved for later periods"});
    }
}
// [/cpu_v2]

void add_pids(const Pids& pids, std::vector<Setting>& settings) {
    if (pids.limit.value_or(0) == 0) return;
    settings.push_back({Controller::pids, "pids.max", or_max(*pids.limit),
                        "beyond this many, fork and clone fail with EAGAIN"});
}

template <class Number>
void add_io_max(const std::vector<ForDevice<Number>>& devices, const char* key,
                std::vector<Setting>& settings) {
    for (const auto& device : devices) {
        settings.push_back({Controller::io, "io.max",
                            fmt::format("{}:{} {}={}", device.major, device.minor, key,
                                        device.value == 0 ? "max" : std::to_string(device.value)),
                            "how fast it may read from or write to a block device"});
    }
}

void add_io(const BlockIo& io, std::vector<Setting>& settings) {
    constexpr const char* why = "its share when several groups want the disk";
    // The BFQ scheduler's own file keeps the old scale; io.weight is there with the cost model.
    if (io.weight.value_or(0) != 0) {
        settings.push_back(
            {Controller::io, "io.bfq.weight", std::to_string(*io.weight), why,
             std::pair{"io.weight", fmt::format("default {}", io_weight_from_blkio(*io.weight))}});
    }
    for (const auto& device : io.weight_device) {
        const std::string number = fmt::format("{}:{}", device.major, device.minor);
        settings.push_back(
            {Controller::io, "io.bfq.weight", fmt::format("{} {}", number, device.value), why,
             std::pair{"io.weight",
                       fmt::format("{} {}", number, io_weight_from_blkio(device.value))}});
    }
    add_io_max(io.throttle_read_bps_device, "rbps", settings);
    add_io_max(io.throttle_write_bps_device, "wbps", settings);
    add_io_max(io.throttle_read_iops_device, "riops", settings);
    add_io_max(io.throttle_write_iops_device, "wiops", settings);
}

void add_hugetlb(const std::vector<HugepageLimit>& limits, std::vector<Setting>& settings) {
    for (const HugepageLimit& huge : limits) {
        settings.push_back({Controller::hugetlb, "hugetlb." + huge.page_size + ".max",
                            std::to_string(huge.limit), "bytes of huge pages"});
    }
}

/// `unified` names files; the first part of a name is the controller: "memory.high".
void add_unified(const std::map<std::string, std::string>& unified, ControllerSet on_v2,
                 std::vector<Setting>& settings) {
    for (const auto& [file, value] : unified) {
        const auto controller = controller_by_name(file.substr(0, file.find('.')), Version::v2);
        if (!controller || file.find('/') != std::string::npos) {
            throw BadParameter("unified resource \"" + file + "\" is no file of a controller");
        }
        if (!on_v2.contains(*controller)) {
            throw Unsupported("unified resource \"" + file +
                              "\": this machine has the controller " + "on cgroup v1");
        }
        settings.push_back({*controller, file, value, "asked for by the file's own name"});
    }
}

}  // namespace

std::vector<Setting> v2_settings(const Resources& resources, ControllerSet on_v2) {
    std::vector<Setting> settings;
    if (on_v2.contains(Controller::memory)) add_memory(resources.memory, settings);
    if (on_v2.contains(Controller::cpu)) add_cpu(resources.cpu, settings);
    if (on_v2.contains(Controller::cpuset)) add_cpuset(resources.cpu, settings);
    if (on_v2.contains(Controller::pids)) add_pids(resources.pids, settings);
    if (on_v2.contains(Controller::io)) add_io(resources.block_io, settings);
    if (on_v2.contains(Controller::hugetlb)) add_hugetlb(resources.hugepage_limits, settings);
    add_unified(resources.unified, on_v2, settings);
    return settings;
}

}  // namespace minidock::cgroups
