#include "minidock/containers/spec_linux.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "minidock/base/error.hpp"
#include "minidock/cgroups/device_rules.hpp"
#include "minidock/containers/seccomp.hpp"

namespace minidock::containers {
namespace {

constexpr std::int64_t default_cpu_period = 100'000;  // microseconds, the kernel's own

/// What tells of the host, or reaches it, and has no namespace of its own.
constexpr const char* masked_paths[] = {
    "/proc/asound",      "/proc/acpi",          "/proc/interrupts", "/proc/kcore",
    "/proc/keys",        "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
    "/proc/sched_debug", "/proc/scsi",          "/sys/firmware",    "/sys/devices/virtual/powercap",
};

constexpr const char* readonly_paths[] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
                                          "/proc/sysrq-trigger"};

Json namespaces(const SpecInput& input) {
    const HostConfig& host = input.host;
    Json list = Json::array({{{"type", "mount"}}});
    const auto own = [&](const char* type) {
        const auto other = input.joined_namespaces.find(type);
        if (other == input.joined_namespaces.end()) {
            list.push_back({{"type", type}});
        } else {
            list.push_back({{"type", type}, {"path", other->second}});
        }
    };
    if (host.network_mode != "host") own("network");
    if (host.uts_mode != "host") own("uts");
    if (host.pid_mode != "host") own("pid");
    if (host.ipc_mode != "host") own("ipc");
    const bool own_cgroups =
        host.cgroupns_mode.empty() ? input.cgroup_v2 : host.cgroupns_mode == "private";
    if (own_cgroups) own("cgroup");
    return list;
}

Json memory(const HostConfig& host) {
    Json limits = Json::object();
    if (host.memory > 0) limits["limit"] = host.memory;
    if (host.memory_reservation > 0) limits["reservation"] = host.memory_reservation;
    if (host.memory_swap != 0) limits["swap"] = host.memory_swap;
    if (host.memory_swappiness && *host.memory_swappiness != -1) {
        limits["swappiness"] = *host.memory_swappiness;
    }
    if (host.oom_kill_disable) limits["disableOOMKiller"] = true;
    return limits;
}

Json cpu(const HostConfig& host) {
    Json limits = Json::object();
    if (host.cpu_shares > 0) limits["shares"] = host.cpu_shares;
    if (host.nano_cpus > 0) {
        limits["period"] = default_cpu_period;
        // nano_cpus / 10^9 processors, for every 10^5 microseconds
        limits["quota"] = host.nano_cpus / 10'000;
    }
    if (host.cpu_period > 0) limits["period"] = host.cpu_period;
    if (host.cpu_quota != 0) limits["quota"] = host.cpu_quota;
    if (!host.cpuset_cpus.empty()) limits["cpus"] = host.cpuset_cpus;
    if (!host.cpuset_mems.empty()) limits["mems"] = host.cpuset_mems;
    return limits;
}

Json device_rule(const cgroups::DeviceRule& rule) {
    Json json{
        {"allow", rule.allow}, {"type", std::string(1, rule.type)}, {"access", rule.access.text()}};
    if (rule.major) json["major"] = *rule.major;
    if (rule.minor) json["minor"] = *rule.minor;
    return json;
}

struct stat status_of(const Device& device) {
    struct stat status {};
    if (::stat(device.path_on_host.c_str(), &status) < 0 ||
        !(S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))) {
        throw BadParameter("error gathering device information while adding custom device \"" +
                           device.path_on_host + "\": not a device node");
    }
    return status;
}

const char* type_of(const struct stat& status) {
    return S_ISCHR(status.st_mode) ? "c" : "b";
}

Json device_nodes(const HostConfig& host) {
    Json list = Json::array();
    for (const Device& device : host.devices) {
        const struct stat status = status_of(device);
        list.push_back({{"path", device.path_in_container.empty() ? device.path_on_host
                                                                  : device.path_in_container},
                        {"type", type_of(status)},
                        {"major", major(status.st_rdev)},
                        {"minor", minor(status.st_rdev)},
                        {"fileMode", status.st_mode & 0777U},
                        {"uid", status.st_uid},
                        {"gid", status.st_gid}});
    }
    return list;
}

Json device_rules(const HostConfig& host) {
    if (host.privileged) return Json::array({{{"allow", true}, {"access", "rwm"}}});
    Json list = Json::array({{{"allow", false}, {"access", "rwm"}}});
    for (const cgroups::DeviceRule& rule : cgroups::default_device_rules())
        list.push_back(device_rule(rule));
    for (const Device& device : host.devices) {
        const struct stat status = status_of(device);
        list.push_back(
            {{"allow", true},
             {"type", type_of(status)},
             {"major", major(status.st_rdev)},
             {"minor", minor(status.st_rdev)},
             {"access", device.cgroup_permissions.empty() ? "rwm" : device.cgroup_permissions}});
    }
    for (const std::string& rule : host.device_cgroup_rules)
        list.push_back(device_rule(cgroups::parse_device_rule(rule, true)));
    return list;
}

Json rates(const std::vector<DeviceRate>& wishes) {
    Json list = Json::array();
    for (const DeviceRate& wish : wishes) {
        const struct stat status = status_of(
            {.path_on_host = wish.path, .path_in_container = "", .cgroup_permissions = ""});
        list.push_back({{"major", major(status.st_rdev)},
                        {"minor", minor(status.st_rdev)},
                        {"rate", wish.rate}});
    }
    return list;
}

Json block_io(const HostConfig& host) {
    Json limits = Json::object();
    if (host.blkio_weight > 0) limits["weight"] = host.blkio_weight;
    const auto add = [&](const char* name, const std::vector<DeviceRate>& wishes) {
        if (!wishes.empty()) limits[name] = rates(wishes);
    };
    add("throttleReadBpsDevice", host.blkio_device_read_bps);
    add("throttleWriteBpsDevice", host.blkio_device_write_bps);
    add("throttleReadIOPSDevice", host.blkio_device_read_iops);
    add("throttleWriteIOPSDevice", host.blkio_device_write_iops);
    return limits;
}

}  // namespace

Json make_resources(const HostConfig& host) {
    Json resources{{"devices", device_rules(host)}};
    if (Json limits = memory(host); !limits.empty()) resources["memory"] = std::move(limits);
    if (Json limits = cpu(host); !limits.empty()) resources["cpu"] = std::move(limits);
    if (host.pids_limit.value_or(0) > 0) resources["pids"] = {{"limit", *host.pids_limit}};
    if (Json limits = block_io(host); !limits.empty()) resources["blockIO"] = std::move(limits);
    return resources;
}

Json make_linux_spec(const SpecInput& input) {
    const HostConfig& host = input.host;
    Json spec{
        {"cgroupsPath", input.cgroup},
        {"namespaces", namespaces(input)},
        {"resources", make_resources(host)},
    };
    if (!host.privileged) {
        spec["maskedPaths"] = masked_paths;
        if (host.masked_paths) spec["maskedPaths"] = *host.masked_paths;
        spec["readonlyPaths"] = readonly_paths;
        if (host.readonly_paths) spec["readonlyPaths"] = *host.readonly_paths;
    }
    if (auto filter = seccomp_filter(host, input.seccomp_profile, capabilities_of(host))) {
        spec["seccomp"] = std::move(*filter);
    }
    if (!host.devices.empty()) spec["devices"] = device_nodes(host);
    if (!host.sysctls.empty()) spec["sysctl"] = host.sysctls;
    return spec;
}

}  // namespace minidock::containers
