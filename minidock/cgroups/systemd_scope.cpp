#include "minidock/cgroups/systemd_scope.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/base/trace.hpp"
#include "minidock/cgroups/conversion.hpp"
#include "minidock/cgroups/hierarchy.hpp"
#include "minidock/cgroups/text.hpp"

namespace minidock::cgroups {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 10s;
constexpr std::uint64_t microseconds_per_second = 1'000'000;
constexpr std::uint64_t default_period_us = 100'000;  // cgroup-v2.rst, cpu.max

std::string or_infinity(std::int64_t value) {
    return std::to_string(value < 0 ? unlimited : static_cast<std::uint64_t>(value));
}

/// "0-2,8" as bytes, the lowest bit first: "7", "1". Nothing where the kernel will refuse the list.
std::vector<std::string> mask_bytes(std::string_view list) {
    constexpr std::uint64_t most = 8192;  // CONFIG_NR_CPUS goes no further
    std::vector<unsigned> bytes;
    while (!list.empty()) {
        const std::string_view range = list.substr(0, list.find(','));
        list.remove_prefix(std::min(range.size() + 1, list.size()));
        const std::size_t dash = range.find('-');
        const std::uint64_t first = to_number(range.substr(0, dash));
        const std::uint64_t last =
            dash == std::string_view::npos ? first : to_number(range.substr(dash + 1));
        if (last >= most) return {};
        for (std::uint64_t bit = first; bit <= last; ++bit) {
            bytes.resize(std::max<std::size_t>(bytes.size(), bit / 8 + 1));
            bytes[bit / 8] |= 1U << (bit % 8);
        }
    }
    std::vector<std::string> words;
    for (const unsigned byte : bytes)
        words.push_back(std::to_string(byte));
    return words;
}

void add_mask(const char* name, const std::string& list, std::vector<ScopeProperty>& properties) {
    const std::vector<std::string> bytes = mask_bytes(list);
    if (bytes.empty()) return;
    ScopeProperty mask{name, "ay", std::to_string(bytes.size())};
    mask.insert(mask.end(), bytes.begin(), bytes.end());
    properties.push_back(std::move(mask));
}

void add_memory(const Memory& memory, std::vector<ScopeProperty>& properties) {
    const std::int64_t limit = memory.limit.value_or(0);
    if (limit != 0) properties.push_back({"MemoryMax", "t", or_infinity(limit)});
    if (memory.reservation.value_or(0) != 0) {
        properties.push_back({"MemoryLow", "t", or_infinity(*memory.reservation)});
    }
    if (memory.swap.value_or(0) != 0) {
        properties.push_back({"MemorySwapMax", "t", or_infinity(swap_alone(*memory.swap, limit))});
    }
}

void add_cpu(const Cpu& cpu, std::vector<ScopeProperty>& properties) {
    if (cpu.shares.value_or(0) != 0) {
        properties.push_back({"CPUWeight", "t", std::to_string(weight_from_shares(*cpu.shares))});
    }
    if (const std::int64_t quota = cpu.quota.value_or(0); quota != 0) {
        const std::uint64_t period =
            std::max<std::uint64_t>(1, cpu.period.value_or(default_period_us));
        const std::uint64_t a_second =
            quota < 0 ? unlimited
                      : static_cast<std::uint64_t>(quota) * microseconds_per_second / period;
        properties.push_back({"CPUQuotaPerSecUSec", "t", std::to_string(a_second)});
    }
    if (cpu.period.value_or(0) != 0) {
        properties.push_back({"CPUQuotaPeriodUSec", "t", std::to_string(*cpu.period)});
    }
    add_mask("AllowedCPUs", cpu.cpus, properties);
    add_mask("AllowedMemoryNodes", cpu.mems, properties);
}

void append(std::vector<std::string>& words, const std::vector<ScopeProperty>& properties) {
    words.push_back(std::to_string(properties.size()));
    for (const ScopeProperty& property : properties)
        words.insert(words.end(), property.begin(), property.end());
}

/// Calls a method of systemd's manager.
/// @return what went wrong; empty when nothing did
std::string call_systemd(const std::string& method, const std::string& signature,
                         const std::vector<std::string>& arguments, const Why& why) {
    std::vector<std::string> words{"busctl",
                                   "--system",
                                   "--quiet",
                                   "call",
                                   "org.freedesktop.systemd1",
                                   "/org/freedesktop/systemd1",
                                   "org.freedesktop.systemd1.Manager",
                                   method,
                                   signature};
    words.insert(words.end(), arguments.begin(), arguments.end());
    Finished busctl;
    trace::traced(
        "busctl", why,
        [&] {
            busctl = run_to_the_end({.path = "/usr/bin/busctl", .arguments = words});
            return busctl.status.shell_code();
        },
        [&](trace::Arguments& a) {
            a.word(method);
            for (const std::string& argument : arguments)
                a.text(argument);
        });
    if (busctl.status.success()) return "";
    return "systemd: " + busctl.output.substr(0, busctl.output.find('\n'));
}

void refuse_without_systemd() {
    if (::access("/run/systemd/system", F_OK) != 0) {  // sd_booted(3)
        throw Unsupported(
            "--systemd-cgroup: systemd does not run this machine, so it cannot make control "
            "groups; leave it out");
    }
    if (Hierarchies::of_this_machine().layout() != Layout::unified) {
        throw Unsupported(
            "--systemd-cgroup: this machine has cgroup v1, where systemd cannot make control "
            "groups for minirun; leave it out");
    }
}

/// A process that does nothing, and ends when we do.
Child start_keeper() {
    kernel::Cloned cloned = kernel::clone3(0, -1, {2, "systemd makes no scope without a process"});
    if (!cloned.in_child()) return Child{cloned.pid, std::move(cloned.pidfd)};
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (true)
        ::pause();
}

void wait_until_in(pid_t pid, const std::string& group, const std::string& unit) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (group_of(pid) != group) {
        if (std::chrono::steady_clock::now() > end) {
            throw Conflict("systemd has not made " + unit + " after " +
                           std::to_string(patience.count()) + " s; see systemctl list-jobs");
        }
        std::this_thread::sleep_for(1ms);
    }
}

}  // namespace

std::string ScopeName::group() const {
    std::string path;
    if (slice != "-.slice") {
        const std::string stem = slice.substr(0, slice.rfind(".slice"));
        for (std::size_t dash = stem.find('-'); dash != std::string::npos;
             dash = stem.find('-', dash + 1))
            path += "/" + stem.substr(0, dash) + ".slice";
        path += "/" + slice;
    }
    return path + "/" + unit;
}

ScopeName parse_scope_name(const std::string& cgroups_path, const std::string& id) {
    if (cgroups_path.empty()) return {"system.slice", "minirun-" + id + ".scope"};
    const std::size_t first = cgroups_path.find(':');
    const std::size_t second =
        first == std::string::npos ? first : cgroups_path.find(':', first + 1);
    const auto reject = [&](const std::string& want) {
        throw BadParameter("linux.cgroupsPath \"" + cgroups_path +
                           "\": with --systemd-cgroup, want " + want);
    };
    if (second == std::string::npos) reject("SLICE:PREFIX:NAME");
    ScopeName parsed{cgroups_path.substr(0, first), ""};
    if (parsed.slice.empty()) parsed.slice = "system.slice";
    if (!parsed.slice.ends_with(".slice") || parsed.slice.find('/') != std::string::npos) {
        reject("a slice's name first, such as system.slice");
    }
    const std::string prefix = cgroups_path.substr(first + 1, second - first - 1);
    const std::string name = cgroups_path.substr(second + 1);
    if (name.empty() || (prefix + name).find_first_of("/:") != std::string::npos) {
        reject("a name last, without / and :");
    }
    parsed.unit = (prefix.empty() ? name : prefix + "-" + name) + ".scope";
    return parsed;
}

std::vector<ScopeProperty> scope_properties(const Resources& resources) {
    std::vector<ScopeProperty> properties;
    add_memory(resources.memory, properties);
    add_cpu(resources.cpu, properties);
    if (resources.pids.limit.value_or(0) != 0) {
        properties.push_back({"TasksMax", "t", or_infinity(*resources.pids.limit)});
    }
    return properties;
}

// [scope]
Scope Scope::start(const ScopeName& name, const Resources& resources,
                   const std::string& description) {
    refuse_without_systemd();
    Child keeper = start_keeper();
    Resources at_first = resources;
    at_first.pids = {};
    std::vector<ScopeProperty> properties = scope_properties(at_first);
    properties.push_back({"Description", "s", description});
    properties.push_back({"Slice", "s", name.slice});
    properties.push_back({"Delegate", "b", "true"});  // what is below the group is ours
    properties.push_back({"DefaultDependencies", "b", "false"});
    properties.push_back(
        {"CollectMode", "s", "inactive-or-failed"});  // once it has ended, forget it
    properties.push_back({"PIDs", "au", "1", std::to_string(keeper.pid())});
    std::vector<std::string> arguments{name.unit, "fail"};
    append(arguments, properties);
    arguments.emplace_back("0");  // no further units
    const std::string problem = call_systemd("StartTransientUnit", "ssa(sv)a(sa(sv))", arguments,
                                             {2, "a group of its own, made by systemd"});
    if (!problem.empty()) throw Conflict("cannot have " + name.unit + ": " + problem);
    wait_until_in(keeper.pid(), name.group(), name.unit);
    return Scope{name.unit, resources.pids, std::move(keeper)};
}
// [/scope]

void Scope::leave() {
    keeper_.reset();
    set_scope_limits(unit_, {.pids = pids_});
}

void set_scope_limits(const std::string& unit, const Resources& resources) {
    const std::vector<ScopeProperty> properties = scope_properties(resources);
    if (properties.empty()) return;
    std::vector<std::string> arguments{unit, "true"};  // until the machine is started anew
    append(arguments, properties);
    const std::string problem = call_systemd("SetUnitProperties", "sba(sv)", arguments,
                                             {2, "systemd keeps the group's limits"});
    if (!problem.empty()) throw Conflict("cannot change the limits of " + unit + ": " + problem);
}

void stop_scope(const std::string& unit) {
    // It says nothing new where systemd has seen the last process go.
    (void)call_systemd("StopUnit", "ss", {unit, "replace"}, {2, "systemd forgets the group"});
}

}  // namespace minidock::cgroups
