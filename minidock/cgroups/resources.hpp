// What a group may use. The structures mirror `linux.resources` of an OCI config.json, name by
// name; see the OCI runtime specification, config-linux, "Control groups". Whatever is not given
// is left as the kernel has it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "minidock/cgroups/device_rules.hpp"

namespace minidock::cgroups {

/// Bytes; -1 lifts a limit, and 0 means "not given", as runc has it.
struct Memory {
    std::optional<std::int64_t> limit;  ///< memory
    std::optional<std::int64_t>
        reservation;                   ///< below this, the kernel takes pages elsewhere first
    std::optional<std::int64_t> swap;  ///< memory and swap together
    std::optional<std::uint64_t> swappiness;  ///< v1 only
    bool disable_oom_killer = false;          ///< v1 only
    bool check_before_update = false;         ///< refuse a limit that is below what is in use
};

struct Cpu {
    std::optional<std::uint64_t> shares;  ///< weight against siblings: 2 to 262144, 1024 is usual
    std::optional<std::int64_t> quota;    ///< microseconds a period; -1 lifts it
    std::optional<std::uint64_t> period;  ///< microseconds
    std::optional<std::uint64_t> burst;   ///< microseconds that may be saved up
    std::optional<std::int64_t> realtime_runtime;  ///< v1 only
    std::optional<std::uint64_t> realtime_period;  ///< v1 only
    std::optional<std::int64_t> idle;              ///< 1: only when nobody else wants the processor
    std::string cpus;                              ///< "0-2,7"
    std::string mems;                              ///< memory nodes, "0"
};

struct Pids {
    std::optional<std::int64_t> limit;  ///< processes and threads; -1 lifts it, 0 is "not given"
};

/// A number for one block device.
template <class Number>
struct ForDevice {
    std::int64_t major = 0;
    std::int64_t minor = 0;
    Number value{};
};

struct BlockIo {
    std::optional<std::uint16_t> weight;  ///< 10 to 1000
    std::vector<ForDevice<std::uint16_t>> weight_device;
    std::vector<ForDevice<std::uint64_t>> throttle_read_bps_device;
    std::vector<ForDevice<std::uint64_t>> throttle_write_bps_device;
    std::vector<ForDevice<std::uint64_t>> throttle_read_iops_device;
    std::vector<ForDevice<std::uint64_t>> throttle_write_iops_device;
};

struct HugepageLimit {
    std::string page_size;  ///< "2MB"
    std::uint64_t limit = 0;
};

struct Resources {
    std::vector<DeviceRule> devices;  ///< in order: each changes what those before it left
    Memory memory;
    Cpu cpu;
    Pids pids;
    BlockIo block_io;
    std::vector<HugepageLimit> hugepage_limits;
    std::map<std::string, std::string> unified;  ///< v2 only: file name to what is written there
};

}  // namespace minidock::cgroups
