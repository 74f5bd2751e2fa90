#include "minidock/cgroups/stats.hpp"

#include <charconv>

#include "minidock/base/error.hpp"
#include "minidock/cgroups/text.hpp"

namespace minidock::cgroups {
namespace {

/// Calls `each` with KEY and VALUE of every "KEY=VALUE" word.
template <class Each>
void for_each_pair(std::string_view line, Each each) {
    for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
        const std::size_t equals = word.find('=');
        if (equals != std::string_view::npos) each(word.substr(0, equals), word.substr(equals + 1));
    }
}

double to_decimal(std::string_view text) {
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::map<std::string, std::uint64_t> parse_flat(std::string_view text) {
    std::map<std::string, std::uint64_t> values;
    for_each_line(text, [&](std::string_view line) {
        const std::string key{next_word(line)};
        values[key] = to_number(line);
    });
    return values;
}

std::uint64_t number_in(const std::string& path) {
    return to_number(read_control_file(path).value_or(""));
}

std::optional<Pressure> read_pressure(const std::string& path) {
    try {
        const auto text = read_control_file(path);
        if (text) return parse_pressure(*text);
    } catch (const SystemError& refused) {
        // The kernel was booted with psi=0: the file is there, and cannot be read.
        if (refused.error() != EOPNOTSUPP) throw;
    }
    return std::nullopt;
}

}  // namespace

Pressure parse_pressure(std::string_view text) {
    Pressure pressure;
    for_each_line(text, [&](std::string_view line) {
        Stall& stall = next_word(line) == "some" ? pressure.some : pressure.full;
        for_each_pair(line, [&](std::string_view key, std::string_view value) {
            if (key == "avg10") stall.percent_10s = to_decimal(value);
            if (key == "avg60") stall.percent_60s = to_decimal(value);
            if (key == "avg300") stall.percent_300s = to_decimal(value);
            if (key == "total") stall.total_us = to_number(value);
        });
    });
    return pressure;
}

namespace {

/// Reads "8:0" off the start of a line.
IoStats device_of(std::string_view& line) {
    const std::string_view numbers = next_word(line);
    IoStats device;
    device.major = to_number(numbers);
    device.minor = to_number(numbers.substr(std::min(numbers.find(':'), numbers.size() - 1) + 1));
    return device;
}

IoStats& find_or_add(std::vector<IoStats>& devices, const IoStats& wanted) {
    for (IoStats& known : devices) {
        if (known.major == wanted.major && known.minor == wanted.minor) return known;
    }
    return devices.emplace_back(wanted);
}

/// blkio.throttle.io_service_bytes: "8:0 Read 4096", a line for each kind, and a total at the end.
void add_blkio(std::string_view text, std::vector<IoStats>& devices, std::uint64_t IoStats::*read,
               std::uint64_t IoStats::*write) {
    for_each_line(text, [&](std::string_view line) {
        if (line.find(':') == std::string_view::npos) return;
        IoStats& device = find_or_add(devices, device_of(line));
        const std::string_view kind = next_word(line);
        if (kind == "Read") device.*read = to_number(line);
        if (kind == "Write") device.*write = to_number(line);
    });
}

}  // namespace

std::vector<IoStats> parse_io_stat(std::string_view text) {
    std::vector<IoStats> devices;
    for_each_line(text, [&](std::string_view line) {
        IoStats device = device_of(line);
        for_each_pair(line, [&](std::string_view key, std::string_view value) {
            if (key == "rbytes") device.read_bytes = to_number(value);
            if (key == "wbytes") device.written_bytes = to_number(value);
            if (key == "rios") device.reads = to_number(value);
            if (key == "wios") device.writes = to_number(value);
        });
        devices.push_back(device);
    });
    return devices;
}

void read_v2_stats(const std::string& folder, Stats& stats) {
    if (const auto text = read_control_file(folder + "/cpu.stat")) {
        stats.cpu = CpuStats{.usage_us = value_of(*text, "usage_usec"),
                             .user_us = value_of(*text, "user_usec"),
                             .system_us = value_of(*text, "system_usec"),
                             .periods = value_of(*text, "nr_periods"),
                             .throttled_periods = value_of(*text, "nr_throttled"),
                             .throttled_us = value_of(*text, "throttled_usec")};
    }
    if (const auto text = read_control_file(folder + "/memory.stat")) {
        const std::string events = read_control_file(folder + "/memory.events").value_or("");
        stats.memory = MemoryStats{.usage = number_in(folder + "/memory.current"),
                                   .peak = number_in(folder + "/memory.peak"),
                                   .limit = number_in(folder + "/memory.max"),
                                   .swap_usage = number_in(folder + "/memory.swap.current"),
                                   .times_at_the_limit = value_of(events, "max"),
                                   .detail = parse_flat(*text)};
    }
    if (const auto text = read_control_file(folder + "/pids.current")) {
        stats.pids = PidsStats{to_number(*text), number_in(folder + "/pids.max")};
    }
    if (const auto text = read_control_file(folder + "/io.stat")) stats.io = parse_io_stat(*text);
    stats.cpu_pressure = read_pressure(folder + "/cpu.pressure");
    stats.memory_pressure = read_pressure(folder + "/memory.pressure");
    stats.io_pressure = read_pressure(folder + "/io.pressure");
}

namespace {

constexpr std::uint64_t ns_per_us = 1000;

std::optional<std::string> read_in(const std::string& folder, const char* file) {
    return folder.empty() ? std::nullopt : read_control_file(folder + file);
}

void read_v1_cpu(const V1Folders& folders, Stats& stats) {
    if (const auto usage = read_in(folders.cpuacct, "/cpuacct.usage")) {
        CpuStats& cpu = stats.cpu.emplace(stats.cpu.value_or(CpuStats{}));
        cpu.usage_us = to_number(*usage) / ns_per_us;
        cpu.user_us = number_in(folders.cpuacct + "/cpuacct.usage_user") / ns_per_us;
        cpu.system_us = number_in(folders.cpuacct + "/cpuacct.usage_sys") / ns_per_us;
    }
    if (const auto text = read_in(folders.cpu, "/cpu.stat")) {
        CpuStats& cpu = stats.cpu.emplace(stats.cpu.value_or(CpuStats{}));
        cpu.periods = value_of(*text, "nr_periods");
        cpu.throttled_periods = value_of(*text, "nr_throttled");
        cpu.throttled_us = value_of(*text, "throttled_time") / ns_per_us;
    }
}

void read_v1_memory(const std::string& folder, Stats& stats) {
    const auto text = read_in(folder, "/memory.stat");
    if (!text) return;
    // v1 writes "no limit" as the greatest number of pages.
    constexpr std::uint64_t v1_unlimited = 0x7ffffffffffff000;
    MemoryStats memory{.usage = number_in(folder + "/memory.usage_in_bytes"),
                       .peak = number_in(folder + "/memory.max_usage_in_bytes"),
                       .limit = number_in(folder + "/memory.limit_in_bytes"),
                       .swap_usage = value_of(*text, "total_swap"),
                       .times_at_the_limit = number_in(folder + "/memory.failcnt"),
                       .detail = parse_flat(*text)};
    if (memory.limit >= v1_unlimited) memory.limit = unlimited;
    stats.memory = memory;
}

}  // namespace

void read_v1_stats(const V1Folders& folders, Stats& stats) {
    read_v1_cpu(folders, stats);
    read_v1_memory(folders.memory, stats);
    if (const auto text = read_in(folders.pids, "/pids.current")) {
        stats.pids = PidsStats{to_number(*text), number_in(folders.pids + "/pids.max")};
    }
    if (const auto text = read_in(folders.io, "/blkio.throttle.io_service_bytes_recursive")) {
        std::vector<IoStats>& devices = stats.io.emplace();
        add_blkio(*text, devices, &IoStats::read_bytes, &IoStats::written_bytes);
        add_blkio(read_in(folders.io, "/blkio.throttle.io_serviced_recursive").value_or(""),
                  devices, &IoStats::reads, &IoStats::writes);
    }
}

}  // namespace minidock::cgroups
