#include "minidock/client/privilege_options.hpp"

#include <charconv>

#include "minidock/base/fd.hpp"
#include "minidock/client/values.hpp"

namespace minidock::client {

void PrivilegeOptions::add_to(CommandLine& line) {
    CLI::App& app = line.app();
    app.add_flag("--privileged", privileged_, "Give extended privileges to this container");
    line.add_list("--cap-add", cap_add_, "Add Linux capabilities");
    line.add_list("--cap-drop", cap_drop_, "Drop Linux capabilities");
    line.add_list("--security-opt", security_, "Security options");
    line.add_list("--device", devices_, "Add a host device to the container");
    line.add_list("--device-cgroup-rule", device_rules_, "Add a rule to the devices allowed");
    line.add_list("--ulimit", ulimits_, "Ulimit options");
    line.add_list("--sysctl", sysctls_, "Sysctl options");
    line.add_list("--group-add", groups_, "Add additional groups to join");
    app.add_option("--shm-size", shm_size_, "Size of /dev/shm");
    app.add_option("--pid", pid_, "PID namespace to use: host, container:NAME");
    app.add_option("--ipc", ipc_, "IPC mode to use: private, shareable, host, container:NAME");
    app.add_option("--uts", uts_, "UTS namespace to use: host");
    app.add_option("--userns", userns_, "User namespace to use: host");
    app.add_option("--cgroupns", cgroupns_, "Cgroup namespace to use: host, private");
    app.add_option("--cgroup-parent", cgroup_parent_, "Optional parent cgroup for the container");
    app.add_option("--domainname", domain_, "Container NIS domain name");
    app.add_option("--oom-score-adj", oom_score_, "Tune host's OOM preferences (-1000 to 1000)");
    app.add_flag("--oom-kill-disable", no_oom_kill_, "Disable OOM Killer");
    app.add_option("--blkio-weight", blkio_weight_, "Block IO (relative weight), 10 to 1000");
    app.add_option("--cpu-period", cpu_period_, "Limit CPU CFS period, in microseconds");
    app.add_option("--cpu-quota", cpu_quota_, "Limit CPU CFS quota, in microseconds");
}

void PrivilegeOptions::complete(Json& body) const {
    Json& host = body["HostConfig"];
    const auto add_list = [&](const char* name, const Arguments& values) {
        if (!values.empty()) host[name] = values;
    };
    const auto add_text = [&](const char* name, const std::string& value) {
        if (!value.empty()) host[name] = value;
    };
    if (privileged_) host["Privileged"] = true;
    add_list("CapAdd", cap_add_);
    add_list("CapDrop", cap_drop_);
    for (const std::string& option : security_) {
        // A profile is a file of ours, which the daemon may not see.
        constexpr std::string_view profile = "seccomp=";
        const std::string value = option.substr(std::min(profile.size(), option.size()));
        const bool is_file = option.starts_with(profile) && value != "unconfined" &&
                             value != "builtin" && !value.starts_with('{');
        host["SecurityOpt"].push_back(is_file ? std::string{profile} + read_file(value) : option);
    }
    for (const std::string& device : devices_)
        host["Devices"].push_back(parse_device(device));
    add_list("DeviceCgroupRules", device_rules_);
    for (const std::string& limit : ulimits_)
        host["Ulimits"].push_back(parse_ulimit(limit));
    for (const std::string& sysctl : sysctls_) {
        const auto [name, value] = parse_label(sysctl);
        host["Sysctls"][name] = value;
    }
    add_list("GroupAdd", groups_);
    if (!shm_size_.empty()) host["ShmSize"] = parse_size(shm_size_);
    add_text("PidMode", pid_);
    add_text("IpcMode", ipc_);
    add_text("UTSMode", uts_);
    add_text("UsernsMode", userns_);
    add_text("CgroupnsMode", cgroupns_);
    add_text("CgroupParent", cgroup_parent_);
    if (!domain_.empty()) body["Domainname"] = domain_;
    if (oom_score_ != 0) host["OomScoreAdj"] = oom_score_;
    if (no_oom_kill_) host["OomKillDisable"] = true;
    if (blkio_weight_ != 0) host["BlkioWeight"] = blkio_weight_;
    if (cpu_period_ != 0) host["CpuPeriod"] = cpu_period_;
    if (cpu_quota_ != 0) host["CpuQuota"] = cpu_quota_;
}

Json parse_device(const std::string& text) {
    Arguments parts;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(':', at), text.size());
        parts.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    const auto is_access = [](const std::string& word) {
        return !word.empty() && word.find_first_not_of("rwm") == std::string::npos;
    };
    std::string access = "rwm";
    if (parts.size() > 1 && is_access(parts.back())) {
        access = parts.back();
        parts.pop_back();
    }
    if (parts.empty() || parts.size() > 2 || parts.front().empty())
        throw BadParameter("invalid device specification: " + text);
    return {{"PathOnHost", parts.front()},
            {"PathInContainer", parts.back()},
            {"CgroupPermissions", access}};
}

Json parse_ulimit(const std::string& text) {
    const auto refuse = [&]() -> BadParameter {
        return BadParameter("invalid ulimit argument: " + text + ": want TYPE=SOFT[:HARD]");
    };
    const auto number = [&](std::string_view digits) {
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value);
        if (error != std::errc{} || end != digits.end()) throw refuse();
        return value;
    };
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) throw refuse();
    const std::string_view limits = std::string_view{text}.substr(equals + 1);
    const std::size_t colon = limits.find(':');
    const std::int64_t soft = number(limits.substr(0, colon));
    const std::int64_t hard =
        colon == std::string_view::npos ? soft : number(limits.substr(colon + 1));
    return {{"Name", text.substr(0, equals)}, {"Soft", soft}, {"Hard", hard}};
}

}  // namespace minidock::client
