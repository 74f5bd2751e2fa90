// What the engine acts upon in a container's Config and HostConfig. Names and nesting are those of
// the documents (document.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "minidock/base/json.hpp"
#include "minidock/containers/health.hpp"
#include "minidock/containers/restart_policy.hpp"

namespace minidock::containers {

struct Config {
    std::string hostname;
    std::string domainname;
    std::string user;  ///< "", "name", "uid", "name:group", "uid:gid"
    bool tty = false;
    bool open_stdin = false;
    bool stdin_once = false;
    std::vector<std::string> env;
    std::vector<std::string> entrypoint;
    std::vector<std::string> cmd;
    std::string image;  ///< as the user wrote it
    std::string working_dir;
    std::map<std::string, std::string> labels;
    std::string stop_signal;
    std::optional<std::int64_t> stop_timeout;  ///< seconds
    Healthcheck healthcheck;

    /// Program and arguments: the entrypoint, followed by the command.
    [[nodiscard]] std::vector<std::string> command_line() const;
};

struct Ulimit {
    std::string name;  ///< "nofile"
    std::int64_t soft = 0;
    std::int64_t hard = 0;
};

struct Device {
    std::string path_on_host;
    std::string path_in_container;
    std::string cgroup_permissions;
};

/// Where the output is kept.
struct LogConfig {
    std::string type;           ///< "json-file", "local" or "none"
    std::int64_t max_size = 0;  ///< bytes after which a new file is begun; 0: never
    int max_files = 1;
    bool compress = false;  ///< all files but the newest are packed with gzip
    [[nodiscard]] bool is_kept() const { return type != "none"; }
};

/// Reads HostConfig.LogConfig. @throws BadParameter for an option that is not known, or senseless
LogConfig parse_log_config(const Json& document);

/// How fast a block device may be used.
struct DeviceRate {
    std::string path;
    std::uint64_t rate = 0;  ///< bytes or operations a second
};

/// Sizes are in bytes; 0 stands for "no limit" throughout, as in the document.
struct HostConfig {
    std::int64_t memory = 0;
    std::int64_t memory_reservation = 0;
    std::int64_t memory_swap = 0;  ///< memory and swap together; -1: no limit
    std::optional<std::int64_t> memory_swappiness;
    bool oom_kill_disable = false;
    std::int64_t nano_cpus = 0;  ///< billionths of a processor
    std::int64_t cpu_shares = 0;
    std::int64_t cpu_period = 0;  ///< microseconds
    std::int64_t cpu_quota = 0;   ///< microseconds
    std::string cpuset_cpus;
    std::string cpuset_mems;
    std::optional<std::int64_t> pids_limit;
    std::int64_t blkio_weight = 0;
    std::vector<DeviceRate> blkio_device_read_bps;
    std::vector<DeviceRate> blkio_device_write_bps;
    std::vector<DeviceRate> blkio_device_read_iops;
    std::vector<DeviceRate> blkio_device_write_iops;
    std::vector<Ulimit> ulimits;
    std::vector<Device> devices;
    std::vector<std::string> device_cgroup_rules;

    std::string network_mode;
    std::string ipc_mode;
    std::string pid_mode;
    std::string uts_mode;
    std::string cgroupns_mode;
    std::string cgroup_parent;
    std::vector<std::string> cap_add;
    std::vector<std::string> cap_drop;
    std::vector<std::string> group_add;
    std::vector<std::string> security_opt;
    std::vector<std::string> dns;
    std::vector<std::string> dns_options;
    std::vector<std::string> dns_search;
    std::vector<std::string> extra_hosts;
    std::map<std::string, std::string> sysctls;
    std::map<std::string, std::string> tmpfs;
    bool privileged = false;
    bool readonly_rootfs = false;
    bool auto_remove = false;
    RestartPolicy restart_policy;
    std::int64_t oom_score_adj = 0;
    std::int64_t shm_size = 0;
    std::uint16_t console_rows = 0;
    std::uint16_t console_columns = 0;
    LogConfig log;
    bool init = false;    ///< a small init in front of the program
    std::string runtime;  ///< "runc"; empty: the daemon's
    std::map<std::string, std::string> annotations;
    std::optional<std::vector<std::string>> masked_paths;  ///< instead of Docker's
    std::optional<std::vector<std::string>> readonly_paths;
};

Config read_config(const Json& document);
HostConfig read_host_config(const Json& document);

}  // namespace minidock::containers
