#include "minidock/containers/settings.hpp"

namespace minidock::containers {
namespace {

std::map<std::string, std::string> map_of(const JsonReader& document, const char* name) {
    const auto value = document.find(name);
    if (!value) return {};
    const auto pairs = value->string_map();
    return {pairs.begin(), pairs.end()};
}

std::optional<std::int64_t> number_of(const JsonReader& document, const char* name) {
    const auto value = document.find(name);
    if (!value) return std::nullopt;
    return value->integer();
}

std::vector<JsonReader> objects_of(const JsonReader& document, const char* name) {
    const auto value = document.find(name);
    return value ? value->elements() : std::vector<JsonReader>{};
}

std::vector<DeviceRate> rates_of(const JsonReader& host, const char* name) {
    std::vector<DeviceRate> rates;
    for (const JsonReader& rate : objects_of(host, name))
        rates.push_back({.path = rate.at("Path").string(), .rate = rate.at("Rate").natural()});
    return rates;
}

std::optional<std::vector<std::string>> paths_of(const JsonReader& host, const char* name) {
    const auto paths = host.find(name);
    if (!paths) return std::nullopt;
    return paths->strings();
}

void read_limits(const JsonReader& host, HostConfig& config) {
    config.memory = host.integer_or("Memory", 0);
    config.memory_reservation = host.integer_or("MemoryReservation", 0);
    config.memory_swap = host.integer_or("MemorySwap", 0);
    config.memory_swappiness = number_of(host, "MemorySwappiness");
    config.oom_kill_disable = host.boolean_or("OomKillDisable", false);
    config.nano_cpus = host.integer_or("NanoCpus", 0);
    config.cpu_shares = host.integer_or("CpuShares", 0);
    config.cpu_period = host.integer_or("CpuPeriod", 0);
    config.cpu_quota = host.integer_or("CpuQuota", 0);
    config.cpuset_cpus = host.string_or("CpusetCpus", "");
    config.cpuset_mems = host.string_or("CpusetMems", "");
    config.pids_limit = number_of(host, "PidsLimit");
    config.blkio_weight = host.integer_or("BlkioWeight", 0);
    config.blkio_device_read_bps = rates_of(host, "BlkioDeviceReadBps");
    config.blkio_device_write_bps = rates_of(host, "BlkioDeviceWriteBps");
    config.blkio_device_read_iops = rates_of(host, "BlkioDeviceReadIOps");
    config.blkio_device_write_iops = rates_of(host, "BlkioDeviceWriteIOps");
    for (const JsonReader& limit : objects_of(host, "Ulimits")) {
        config.ulimits.push_back({.name = limit.at("Name").string(),
                                  .soft = limit.integer_or("Soft", 0),
                                  .hard = limit.integer_or("Hard", 0)});
    }
    for (const JsonReader& device : objects_of(host, "Devices")) {
        config.devices.push_back({.path_on_host = device.at("PathOnHost").string(),
                                  .path_in_container = device.string_or("PathInContainer", ""),
                                  .cgroup_permissions = device.string_or("CgroupPermissions", "")});
    }
    config.device_cgroup_rules = host.strings_or_none("DeviceCgroupRules");
}

void read_namespaces(const JsonReader& host, HostConfig& config) {
    config.network_mode = host.string_or("NetworkMode", "");
    config.ipc_mode = host.string_or("IpcMode", "");
    config.pid_mode = host.string_or("PidMode", "");
    config.uts_mode = host.string_or("UTSMode", "");
    config.cgroupns_mode = host.string_or("CgroupnsMode", "");
    config.cgroup_parent = host.string_or("CgroupParent", "");
}

void read_privileges(const JsonReader& host, HostConfig& config) {
    config.privileged = host.boolean_or("Privileged", false);
    config.cap_add = host.strings_or_none("CapAdd");
    config.cap_drop = host.strings_or_none("CapDrop");
    config.group_add = host.strings_or_none("GroupAdd");
    config.security_opt = host.strings_or_none("SecurityOpt");
    config.sysctls = map_of(host, "Sysctls");
    config.readonly_rootfs = host.boolean_or("ReadonlyRootfs", false);
    config.oom_score_adj = host.integer_or("OomScoreAdj", 0);
}

/// [rows, columns]
void read_console_size(const JsonReader& host, HostConfig& config) {
    const std::vector<JsonReader> size = objects_of(host, "ConsoleSize");
    if (size.size() != 2) return;
    config.console_rows = static_cast<std::uint16_t>(size[0].natural32());
    config.console_columns = static_cast<std::uint16_t>(size[1].natural32());
}

}  // namespace

std::vector<std::string> Config::command_line() const {
    std::vector<std::string> line = entrypoint;
    line.insert(line.end(), cmd.begin(), cmd.end());
    return line;
}

Config read_config(const Json& document) {
    const JsonReader reader{document};
    Config config;
    config.hostname = reader.string_or("Hostname", "");
    config.domainname = reader.string_or("Domainname", "");
    config.user = reader.string_or("User", "");
    config.tty = reader.boolean_or("Tty", false);
    config.open_stdin = reader.boolean_or("OpenStdin", false);
    config.stdin_once = reader.boolean_or("StdinOnce", false);
    config.env = reader.strings_or_none("Env");
    config.entrypoint = reader.strings_or_none("Entrypoint");
    config.cmd = reader.strings_or_none("Cmd");
    config.image = reader.string_or("Image", "");
    config.working_dir = reader.string_or("WorkingDir", "");
    config.labels = map_of(reader, "Labels");
    config.stop_signal = reader.string_or("StopSignal", "");
    config.stop_timeout = number_of(reader, "StopTimeout");
    if (const auto check = reader.find("Healthcheck")) {
        config.healthcheck = parse_healthcheck(check->json(), reader.strings_or_none("Shell"));
    }
    return config;
}

HostConfig read_host_config(const Json& document) {
    const JsonReader host{document};
    HostConfig config;
    read_limits(host, config);
    read_namespaces(host, config);
    read_privileges(host, config);
    read_console_size(host, config);
    config.dns = host.strings_or_none("Dns");
    config.dns_options = host.strings_or_none("DnsOptions");
    config.dns_search = host.strings_or_none("DnsSearch");
    config.extra_hosts = host.strings_or_none("ExtraHosts");
    config.tmpfs = map_of(host, "Tmpfs");
    config.auto_remove = host.boolean_or("AutoRemove", false);
    if (const auto policy = host.find("RestartPolicy")) {
        config.restart_policy = parse_restart_policy(policy->json(), config.auto_remove);
    }
    config.shm_size = host.integer_or("ShmSize", 0);
    if (const auto log = host.find("LogConfig")) config.log = parse_log_config(log->json());
    config.init = host.boolean_or("Init", false);
    config.runtime = host.string_or("Runtime", "");
    config.annotations = map_of(host, "Annotations");
    config.masked_paths = paths_of(host, "MaskedPaths");
    config.readonly_paths = paths_of(host, "ReadonlyPaths");
    return config;
}

}  // namespace minidock::containers
