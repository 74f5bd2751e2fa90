#include "minidock/containers/validation.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/names.hpp"
#include "minidock/cgroups/hierarchy.hpp"

namespace minidock::containers {
namespace {

constexpr std::int64_t minimum_memory = std::int64_t{6} << 20;
constexpr std::int64_t billion = 1'000'000'000;

void refuse_if(bool wrong, const std::string& message) {
    if (wrong) throw BadParameter(message);
}

void check_memory(HostConfig& host, const Machine& machine, std::vector<std::string>& warnings) {
    refuse_if(host.memory < 0 || (host.memory > 0 && host.memory < minimum_memory),
              "Minimum memory limit allowed is 6MB");
    refuse_if(host.memory == 0 && host.memory_swap > 0,
              "You should always set the Memory limit when using Memoryswap limit, see usage");
    refuse_if(host.memory > 0 && host.memory_swap > 0 && host.memory_swap < host.memory,
              "Minimum memoryswap limit should be larger than memory limit, see usage");
    refuse_if(host.memory_reservation != 0 && host.memory_reservation < minimum_memory,
              "Minimum memory reservation allowed is 6MB");
    refuse_if(host.memory > 0 && host.memory_reservation > host.memory,
              "Minimum memory limit can not be less than memory reservation limit, see usage");
    if (host.memory_swappiness && *host.memory_swappiness != -1) {
        refuse_if(*host.memory_swappiness < 0 || *host.memory_swappiness > 100,
                  fmt::format("Invalid value: {}, valid memory swappiness range is 0-100",
                              *host.memory_swappiness));
    }
    if (host.memory > 0 && !machine.swap_limit) {
        if (host.memory_swap != -1) {
            warnings.emplace_back(
                "Your kernel does not support swap limit capabilities or the cgroup is not "
                "mounted. Memory limited without swap.");
        }
        host.memory_swap = -1;
    } else if (host.memory > 0 && host.memory_swap == 0) {
        host.memory_swap = 2 * host.memory;  // as much swap as memory, as in Docker
    }
    if (host.oom_kill_disable && host.memory == 0) {
        warnings.emplace_back(
            "OOM killer is disabled for the container, but no memory limit is set, this can "
            "result in the system running out of resources.");
    }
}

/// The numbers in "0-2,7".
std::set<int> parse_set(const std::string& text, const char* what) {
    const auto reject = [&] {
        throw BadParameter(fmt::format("Invalid value {} for cpuset {}", text, what));
    };
    std::set<int> numbers;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view part = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        int first = 0;
        auto read = std::from_chars(part.begin(), part.end(), first);
        int last = first;
        if (read.ec == std::errc{} && read.ptr != part.end() && *read.ptr == '-') {
            read = std::from_chars(read.ptr + 1, part.end(), last);
        }
        if (read.ec != std::errc{} || read.ptr != part.end() || last < first || last > 65535) {
            reject();
        }
        for (int i = first; i <= last; ++i)
            numbers.insert(i);
    }
    return numbers;
}

void check_cpu(const HostConfig& host, const Machine& machine) {
    refuse_if(host.nano_cpus != 0 && host.cpu_period != 0,
              "Conflicting options: Nano CPUs and CPU Period cannot both be set");
    refuse_if(host.nano_cpus != 0 && host.cpu_quota != 0,
              "Conflicting options: Nano CPUs and CPU Quota cannot both be set");
    refuse_if(host.nano_cpus < 0 || host.nano_cpus > machine.processors * billion ||
                  (host.nano_cpus > 0 && host.nano_cpus < billion / 100),
              fmt::format("Range of CPUs is from 0.01 to {0}.00, as there are only {0} CPUs "
                          "available",
                          machine.processors));
    refuse_if(
        host.cpu_shares < 0,
        fmt::format("invalid CPU shares ({}): value must be a positive integer", host.cpu_shares));
    refuse_if(host.cpu_period != 0 && (host.cpu_period < 1000 || host.cpu_period > 1'000'000),
              "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. "
              "1000000)");
    refuse_if(host.cpu_quota > 0 && host.cpu_quota < 1000,
              "CPU cfs quota can not be less than 1ms (i.e. 1000)");
    const std::set<int> wanted = parse_set(host.cpuset_cpus, "cpus");
    refuse_if(!wanted.empty() && *wanted.rbegin() >= machine.processors,
              fmt::format("Requested CPUs are not available - requested {}, available: 0-{}",
                          host.cpuset_cpus, machine.processors - 1));
    parse_set(host.cpuset_mems, "mems");
}

void check_other_limits(const HostConfig& host) {
    refuse_if(host.blkio_weight != 0 && (host.blkio_weight < 10 || host.blkio_weight > 1000),
              "Range of blkio weight is from 10 to 1000");
    refuse_if(host.oom_score_adj < -1000 || host.oom_score_adj > 1000,
              fmt::format("Invalid value {}, range for oom score adj is [-1000, 1000]",
                          host.oom_score_adj));
    refuse_if(host.shm_size < 0, "SHM size can not be less than 0");
    for (const Ulimit& limit : host.ulimits) {
        refuse_if(limit.hard != -1 && limit.soft > limit.hard,
                  fmt::format("ulimit soft limit must be less than or equal to hard limit: {} > {}",
                              limit.soft, limit.hard));
    }
}

void check_config(const Config& config) {
    refuse_if(config.hostname.size() > 63, "invalid hostname: " + config.hostname);
    refuse_if(!config.working_dir.empty() && !config.working_dir.starts_with('/'),
              fmt::format("the working directory '{}' is invalid, it needs to be an absolute path",
                          config.working_dir));
    for (const std::string& assignment : config.env) {
        refuse_if(assignment.empty() || assignment.starts_with('='),
                  "invalid environment variable: " + assignment);
    }
    if (!config.stop_signal.empty()) parse_signal(config.stop_signal);
    refuse_if(config.stop_timeout.value_or(0) < -1,
              "stop timeout must be -1 (wait for ever) or more seconds");
}

void check_words(const HostConfig& host) {
    const auto one_of = [](const std::string& value, std::initializer_list<const char*> words) {
        return std::any_of(words.begin(), words.end(), [&](const char* w) { return value == w; });
    };
    refuse_if(!one_of(host.ipc_mode, {"", "private", "shareable", "none", "host"}) &&
                  !host.ipc_mode.starts_with("container:"),
              "invalid IPC mode: " + host.ipc_mode);
    refuse_if(!one_of(host.pid_mode, {"", "host"}) && !host.pid_mode.starts_with("container:"),
              "invalid PID mode: " + host.pid_mode);
    refuse_if(!one_of(host.uts_mode, {"", "host"}), "invalid UTS mode: " + host.uts_mode);
    refuse_if(!one_of(host.cgroupns_mode, {"", "host", "private"}),
              "invalid cgroup namespace mode: " + host.cgroupns_mode);
    refuse_if(!one_of(host.log.type, {"json-file", "local", "none"}),
              fmt::format("logger: no log driver named '{}' is registered", host.log.type));
}

}  // namespace

Machine Machine::look() {
    const auto& trees = cgroups::Hierarchies::of_this_machine();
    const std::string* memory_v1 = trees.v1(cgroups::Controller::memory);
    return {
        .processors = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN)),
        .swap_limit = memory_v1 == nullptr ||
                      ::access((*memory_v1 + "/memory.memsw.limit_in_bytes").c_str(), F_OK) == 0};
}

std::vector<std::string> validate(const Config& config, HostConfig& host, const Machine& machine) {
    std::vector<std::string> warnings;
    check_config(config);
    check_words(host);
    check_memory(host, machine, warnings);
    check_cpu(host, machine);
    check_other_limits(host);
    return warnings;
}

int parse_signal(const std::string& text) {
    try {
        return kernel::signal_number(text);
    } catch (const BadParameter&) {
        throw BadParameter("invalid signal: " + text);
    }
}

}  // namespace minidock::containers
