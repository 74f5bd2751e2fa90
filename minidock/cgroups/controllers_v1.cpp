// The controllers of cgroup v1: which file takes which number. See the kernel's
// Documentation/admin-guide/cgroup-v1/.
#include <fmt/format.h>

#include "minidock/cgroups/setting.hpp"

namespace minidock::cgroups {
namespace {

void add_memory(const Memory& memory, Age age, std::vector<Setting>& settings) {
    constexpr const char* both_file = "memory.memsw.limit_in_bytes";
    constexpr const char* both_why = "how much memory and swap it may use together";
    const std::int64_t limit = memory.limit.value_or(0);
    const std::int64_t both = memory.swap.value_or(limit < 0 ? -1 : 0);
    // The kernel wants the limit on both to be the greater at every moment. From an old pair of
    // limits to a new one there is always a way over "both unlimited".
    if (age == Age::used && limit != 0 && both != 0) {
        settings.push_back({Controller::memory, both_file, "-1", both_why, std::nullopt, true});
    }
    if (limit != 0) {
        settings.push_back({Controller::memory, "memory.limit_in_bytes", std::to_string(limit),
                            "above this the group gives pages back, or a process of it is killed"});
    }
    if (both != 0) {
        settings.push_back(
            {Controller::memory, both_file, std::to_string(both), both_why, std::nullopt, true});
    }
    if (memory.reservation.value_or(0) != 0) {
        settings.push_back({Controller::memory, "memory.soft_limit_in_bytes",
                            std::to_string(*memory.reservation),
                            "when memory is short, it is pushed back to this first"});
    }
    if (memory.swappiness) {
        settings.push_back({Controller::memory, "memory.swappiness",
                            std::to_string(*memory.swappiness), "how readily it is swapped out"});
    }
    if (memory.disable_oom_killer) {
        settings.push_back({Controller::memory, "memory.oom_control", "1",
                            "at the limit, processes wait instead of being killed"});
    }
}

void add_number(Controller controller, const char* file, const auto& number, const char* reason,
                std::vector<Setting>& settings) {
    if (number.value_or(0) == 0) return;
    settings.push_back({controller, file, std::to_string(*number), reason});
}

void add_cpu(const Cpu& cpu, std::vector<Setting>& settings) {
    if (cpu.idle) {
        settings.push_back({Controller::cpu, "cpu.idle", std::to_string(*cpu.idle),
                            "runs only when nobody else wants the processor"});
    }
    if (cpu.idle.value_or(0) == 0) {
        add_number(Controller::cpu, "cpu.shares", cpu.shares,
                   "its share when several groups want the processor", settings);
    }
    // The period first: the quota is checked against it.
    add_number(Controller::cpu, "cpu.cfs_period_us", cpu.period, "the period of the quota",
               settings);
    add_number(Controller::cpu, "cpu.cfs_quota_us", cpu.quota,
               "microseconds of processor time in each period", settings);
    if (cpu.burst) {
        settings.push_back({Controller::cpu, "cpu.cfs_burst_us", std::to_string(*cpu.burst),
                            "unused time that may be saved for later periods"});
    }
    add_number(Controller::cpu, "cpu.rt_period_us", cpu.realtime_period,
               "the period of real-time processes", settings);
    add_number(Controller::cpu, "cpu.rt_runtime_us", cpu.realtime_runtime,
               "microseconds a period that its real-time processes get", settings);
}

template <class Number>
void add_throttle(const std::vector<ForDevice<Number>>& devices, const char* file,
                  std::vector<Setting>& settings) {
    for (const auto& device : devices) {
        settings.push_back({Controller::io, file,
                            fmt::format("{}:{} {}", device.major, device.minor, device.value),
                            "how fast it may read from or write to a block device"});
    }
}

void add_io(const BlockIo& io, std::vector<Setting>& settings) {
    constexpr const char* why = "its share when several groups want the disk";
    // The name depends on the disk scheduler: CFQ, which newer kernels have not, or BFQ.
    if (io.weight.value_or(0) != 0) {
        const std::string value = std::to_string(*io.weight);
        settings.push_back(
            {Controller::io, "blkio.weight", value, why, std::pair{"blkio.bfq.weight", value}});
    }
    for (const auto& device : io.weight_device) {
        const std::string value = fmt::format("{}:{} {}", device.major, device.minor, device.value);
        settings.push_back({Controller::io, "blkio.weight_device", value, why,
                            std::pair{"blkio.bfq.weight_device", value}});
    }
    add_throttle(io.throttle_read_bps_device, "blkio.throttle.read_bps_device", settings);
    add_throttle(io.throttle_write_bps_device, "blkio.throttle.write_bps_device", settings);
    add_throttle(io.throttle_read_iops_device, "blkio.throttle.read_iops_device", settings);
    add_throttle(io.throttle_write_iops_device, "blkio.throttle.write_iops_device", settings);
}

void add_pids(const Pids& pids, std::vector<Setting>& settings) {
    const std::int64_t limit = pids.limit.value_or(0);
    if (limit == 0) return;
    settings.push_back({Controller::pids, "pids.max", limit < 0 ? "max" : std::to_string(limit),
                        "beyond this many, fork and clone fail with EAGAIN"});
}

void add_hugetlb(const std::vector<HugepageLimit>& limits, std::vector<Setting>& settings) {
    for (const HugepageLimit& huge : limits) {
        settings.push_back({Controller::hugetlb, "hugetlb." + huge.page_size + ".limit_in_bytes",
                            std::to_string(huge.limit), "bytes of huge pages"});
    }
}

}  // namespace

std::vector<Setting> v1_settings(const Resources& resources, ControllerSet on_v1, Age age) {
    std::vector<Setting> settings;
    if (on_v1.contains(Controller::memory)) add_memory(resources.memory, age, settings);
    if (on_v1.contains(Controller::cpu)) add_cpu(resources.cpu, settings);
    if (on_v1.contains(Controller::cpuset)) add_cpuset(resources.cpu, settings);
    if (on_v1.contains(Controller::pids)) add_pids(resources.pids, settings);
    if (on_v1.contains(Controller::io)) add_io(resources.block_io, settings);
    if (on_v1.contains(Controller::hugetlb)) add_hugetlb(resources.hugepage_limits, settings);
    return settings;
}

}  // namespace minidock::cgroups
