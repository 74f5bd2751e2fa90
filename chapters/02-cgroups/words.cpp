#include "chapters/02-cgroups/words.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>

#include "minidock/base/error.hpp"
#include "minidock/cgroups/conversion.hpp"
#include "minidock/cgroups/device_filter.hpp"
#include "minidock/cgroups/group.hpp"
#include "minidock/cgroups/text.hpp"

namespace minidock::chapter02 {

using cgroups::Group;

namespace {

std::string path_of(const std::string& name) {
    if (name.empty() || name.find('/') != std::string::npos) {
        throw BadParameter("\"" + name + "\" is no name for a group");
    }
    return "/chapter02-" + name;
}

/// A group that ends with the command it was made for, whatever goes wrong in between.
class OwnGroup {
  public:
    explicit OwnGroup(const std::string& path) : group_{Group::create(path)} {}
    ~OwnGroup() {
        try {
            group_.kill();
            group_.remove();
        } catch (const std::exception& error) {
            fmt::print(stderr, "the group {} is left behind: {}\n", group_.path(), error.what());
        }
    }
    OwnGroup(const OwnGroup&) = delete;
    OwnGroup& operator=(const OwnGroup&) = delete;
    Group& operator*() { return group_; }
    Group* operator->() { return &group_; }

  private:
    Group group_;
};

void tell_of_oom_kills(const Group& group) {
    const std::uint64_t killed = group.oom_kills();
    if (killed == 0) return;
    fmt::print(stderr, "the kernel killed {}: the group was at its memory limit\n",
               killed == 1 ? "a process" : fmt::format("{} processes", killed));
}

}  // namespace

LimitedRun::LimitedRun(chapter01::Run& run) : run_{run}, name_{std::to_string(::getpid())} {
    CLI::App& verb = run.verb();
    verb.add_option("--name", name_, "what its group is called; else the number of this process");
    verb.add_option("--memory", memory_, "bytes of memory, and no swap: 64m")
        ->transform(CLI::AsSizeValue(false));
    verb.add_option("--cpus", cpus_, "how many processors' worth of time: 0.5")
        ->check(CLI::PositiveNumber);
    verb.add_option("--cpu-weight", cpu_weight_, "its share against others: 1 to 10000")
        ->check(CLI::Range(1, 10000));
    verb.add_option("--pids-limit", pids_limit_, "how many processes and threads")
        ->check(CLI::PositiveNumber);
    verb.add_option("--cpuset-cpus", cpuset_cpus_, "which processors: 0-1,3");
    verb.add_option("--device-allow", device_allow_,
                    "a device beside the usual ones, and none else: \"c 10:229 rw\"")
        ->type_name("RULE")
        ->allow_extra_args(false);
}

// [resources]
cgroups::Resources LimitedRun::resources() const {
    constexpr std::uint64_t period_us = 100'000;
    cgroups::Resources limits;
    if (memory_) {
        limits.memory.limit = static_cast<std::int64_t>(*memory_);
        limits.memory.swap = limits.memory.limit;  // of both together: none is left for swap
    }
    if (cpus_) {
        limits.cpu.period = period_us;
        limits.cpu.quota = std::llround(*cpus_ * period_us);
    }
    if (cpu_weight_) limits.cpu.shares = cgroups::shares_from_weight(*cpu_weight_);
    limits.cpu.cpus = cpuset_cpus_;
    limits.pids.limit = pids_limit_;
    if (!device_allow_.empty()) limits.devices = cgroups::default_device_rules();
    for (const std::string& rule : device_allow_)
        limits.devices.push_back(cgroups::parse_device_rule(rule, true));
    return limits;
}
// [/resources]

// [run]
int LimitedRun::run(namespaces::Additions additions) {
    run_.explain();
    OwnGroup group{path_of(name_)};
    group->set(resources());
    const cgroups::Entrance entrance = group->entrance();
    additions.cgroup = group->folder_fd();
    additions.join = [&] { entrance.enter(); };
    const int exit_code = run_.run(additions);
    tell_of_oom_kills(*group);
    return exit_code;
}
// [/run]

namespace {

std::string mib(std::uint64_t bytes) {
    return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1024 * 1024));
}

std::string seconds(std::uint64_t microseconds) {
    return fmt::format("{:.3f} s", static_cast<double>(microseconds) / 1'000'000);
}

std::string of_limit(std::uint64_t limit, const std::string& text) {
    return limit == cgroups::unlimited ? "" : " of " + text;
}

void print_pressure(const char* what, const std::optional<cgroups::Pressure>& pressure) {
    if (!pressure) return;
    fmt::print("{:<12}{:.2f} % of the last 10 s, {} in all\n", fmt::format("wait {}", what),
               pressure->some.percent_10s, seconds(pressure->some.total_us));
}

void print_stats(const Group& group) {
    const cgroups::Stats stats = group.stats();
    if (const auto& memory = stats.memory) {
        fmt::print("memory      {}{}, at most {}, {} times at the limit, {} killed\n",
                   mib(memory->usage), of_limit(memory->limit, mib(memory->limit)),
                   mib(memory->peak), memory->times_at_the_limit, group.oom_kills());
    }
    if (const auto& cpu = stats.cpu) {
        fmt::print("processor   {}, throttled in {} of {} periods, for {}\n",
                   seconds(cpu->usage_us), cpu->throttled_periods, cpu->periods,
                   seconds(cpu->throttled_us));
    }
    if (const auto& pids = stats.pids) {
        fmt::print("processes   {}{}\n", pids->current,
                   of_limit(pids->limit, std::to_string(pids->limit)));
    }
    if (stats.io) {
        for (const cgroups::IoStats& device : *stats.io) {
            fmt::print("disk {:<7}{} read, {} written\n",
                       fmt::format("{}:{}", device.major, device.minor), mib(device.read_bytes),
                       mib(device.written_bytes));
        }
    }
    print_pressure("memory", stats.memory_pressure);
    print_pressure("cpu", stats.cpu_pressure);
    print_pressure("io", stats.io_pressure);
    if (group.frozen()) fmt::print("frozen\n");
}

CLI::App* add_verb(CLI::App& app, const char* verb, const char* what, std::string& name) {
    CLI::App* added = app.add_subcommand(verb, what);
    added->add_option("NAME", name, "as given to run --name")->required();
    return added;
}

}  // namespace

GroupVerbs::GroupVerbs(CLI::App& app)
    : stats_{add_verb(app, "stats", "What the group has used so far", name_)},
      freeze_{add_verb(app, "freeze", "Stop all processes of the group where they are", name_)},
      thaw_{add_verb(app, "thaw", "Let them go on", name_)},
      filter_{app.add_subcommand("filter", "Show the BPF program for device rules")} {
    filter_->add_option("RULE", rules_, "a device that may be used: \"c 1:3 rw\"")->required();
}

bool GroupVerbs::chosen() const {
    return stats_->parsed() || freeze_->parsed() || thaw_->parsed() || filter_->parsed();
}

void GroupVerbs::run() const {
    if (filter_->parsed()) {
        std::vector<cgroups::DeviceRule> rules;
        for (const std::string& rule : rules_)
            rules.push_back(cgroups::parse_device_rule(rule, true));
        fmt::print("{}", cgroups::listing(cgroups::device_program(cgroups::evaluate(rules))));
        return;
    }
    Group group = Group::open(path_of(name_));
    if (stats_->parsed()) print_stats(group);
    if (freeze_->parsed()) group.freeze();
    if (thaw_->parsed()) group.thaw();
}

}  // namespace minidock::chapter02
