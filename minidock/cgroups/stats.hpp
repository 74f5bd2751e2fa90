// What a group has used so far, in the same units for both versions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace minidock::cgroups {

struct CpuStats {
    std::uint64_t usage_us = 0;
    std::uint64_t user_us = 0;
    std::uint64_t system_us = 0;
    std::uint64_t periods = 0;            ///< periods of a quota in which it wanted to run
    std::uint64_t throttled_periods = 0;  ///< … in which it was stopped before the end
    std::uint64_t throttled_us = 0;
};

struct MemoryStats {
    std::uint64_t usage = 0;       ///< bytes now, with the page cache
    std::uint64_t peak = 0;        ///< the most so far; 0 where the kernel does not keep it
    std::uint64_t limit = 0;       ///< bytes, or `unlimited`
    std::uint64_t swap_usage = 0;  ///< bytes of swap alone
    std::uint64_t times_at_the_limit = 0;
    std::map<std::string, std::uint64_t> detail;  ///< memory.stat as the kernel has it
};

struct PidsStats {
    std::uint64_t current = 0;
    std::uint64_t limit = 0;  ///< or `unlimited`
};

/// What a group did on one block device.
struct IoStats {
    std::uint64_t major = 0;
    std::uint64_t minor = 0;
    std::uint64_t read_bytes = 0;
    std::uint64_t written_bytes = 0;
    std::uint64_t reads = 0;
    std::uint64_t writes = 0;
};

/// Pressure Stall Information: how much of the time something stood still for want of a resource.
/// See the kernel's accounting/psi.rst.
struct Stall {
    double percent_10s = 0;
    double percent_60s = 0;
    double percent_300s = 0;
    std::uint64_t total_us = 0;
};

struct Pressure {
    Stall some;  ///< at least one process waited
    Stall full;  ///< all of them waited
};

/// What this machine counts for the group; a part is absent where it does not.
struct Stats {
    std::optional<CpuStats> cpu;
    std::optional<MemoryStats> memory;
    std::optional<PidsStats> pids;
    std::optional<std::vector<IoStats>> io;
    std::optional<Pressure> cpu_pressure;
    std::optional<Pressure> memory_pressure;
    std::optional<Pressure> io_pressure;
};

/// The text of cpu.pressure and its like:
/// "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull …".
Pressure parse_pressure(std::string_view text);

/// The text of io.stat: "8:0 rbytes=4096 wbytes=0 rios=1 wios=0 …" a device.
std::vector<IoStats> parse_io_stat(std::string_view text);

/// Reads what there is in the group's folder in the v2 tree.
void read_v2_stats(const std::string& folder, Stats& stats);

/// The group's folders in the v1 trees; empty where it has none.
struct V1Folders {
    std::string cpu, cpuacct, memory, pids, io;
};

/// Adds what the v1 controllers count.
void read_v1_stats(const V1Folders& folders, Stats& stats);

}  // namespace minidock::cgroups
