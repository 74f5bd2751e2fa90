#include "minidock/containers/spec.hpp"

#include <algorithm>
#include <cctype>

#include "minidock/base/error.hpp"
#include "minidock/containers/spec_linux.hpp"
#include "minidock/security/capabilities.hpp"

namespace minidock::containers {
namespace {

constexpr const char* default_path =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Where Docker has it, and programs look for it.
constexpr const char* init_path = "/sbin/docker-init";

/// Sets a variable, in the place of one of the same name. "NAME" without a value takes it away.
void set_variable(std::vector<std::string>& environment, const std::string& assignment) {
    const std::size_t equals = assignment.find('=');
    const std::string start = assignment.substr(0, equals) + "=";
    const auto old = std::find_if(environment.begin(), environment.end(),
                                  [&](const std::string& v) { return v.starts_with(start); });
    if (equals == std::string::npos) {
        if (old != environment.end()) environment.erase(old);
    } else if (old != environment.end()) {
        *old = assignment;
    } else {
        environment.push_back(assignment);
    }
}

security::CapabilitySet parse_capabilities(const std::vector<std::string>& names,
                                           const char* field) {
    security::CapabilitySet set = 0;
    for (std::string name : names) {
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        if (name == "ALL") return security::available_capabilities();
        if (!name.starts_with("CAP_")) name.insert(0, "CAP_");
        try {
            set |= security::capability_set({name});
        } catch (const BadParameter&) {
            throw BadParameter(std::string{"invalid "} + field + ": unknown capability: \"" + name +
                               "\"");
        }
    }
    return set;
}

/// Root has them; another user could only gain them from a program that carries them in its file.
Json capabilities(const HostConfig& host, const ResolvedUser& user) {
    const std::vector<std::string> names = security::names_of(capabilities_of(host));
    if (user.uid != 0) return {{"bounding", names}};
    return {{"bounding", names}, {"effective", names}, {"permitted", names}};
}

Json rlimits(const HostConfig& host) {
    Json list = Json::array();
    for (const Ulimit& limit : host.ulimits) {
        std::string type = limit.name;
        std::transform(type.begin(), type.end(), type.begin(),
                       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        // -1 is "unlimited", which the OCI writes as the greatest number.
        list.push_back({{"type", "RLIMIT_" + type},
                        {"soft", static_cast<std::uint64_t>(limit.soft)},
                        {"hard", static_cast<std::uint64_t>(limit.hard)}});
    }
    return list;
}

bool no_new_privileges(const HostConfig& host) {
    bool on = false;
    for (const std::string& option : host.security_opt) {
        if (option == "no-new-privileges" || option == "no-new-privileges:true" ||
            option == "no-new-privileges=true") {
            on = true;
        }
    }
    return on;
}

Json mount(const char* destination, const char* type, const std::string& source,
           const std::vector<std::string>& options) {
    return {{"destination", destination}, {"type", type}, {"source", source}, {"options", options}};
}

std::vector<std::string> split_options(const std::string& text) {
    std::vector<std::string> options;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view option = rest.substr(0, rest.find(','));
        if (!option.empty()) options.emplace_back(option);
        rest.remove_prefix(std::min(option.size() + 1, rest.size()));
    }
    return options;
}

Json mounts(const SpecInput& input) {
    const std::string shm_size = "size=" + std::to_string(input.host.shm_size);
    const char* const sysfs_mode = input.host.privileged ? "rw" : "ro";
    Json list = Json::array({
        mount("/proc", "proc", "proc", {"nosuid", "noexec", "nodev"}),
        mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}),
        mount("/dev/pts", "devpts", "devpts",
              {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}),
        mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", sysfs_mode}),
        mount("/sys/fs/cgroup", "cgroup", "cgroup", {sysfs_mode, "nosuid", "noexec", "nodev"}),
        mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}),
    });
    if (!input.shm.empty()) {
        list.push_back(mount("/dev/shm", "bind", input.shm, {"rbind", "rprivate"}));
    } else if (input.host.ipc_mode == "host") {
        list.push_back(mount("/dev/shm", "bind", "/dev/shm", {"rbind", "rprivate"}));
    } else if (input.host.ipc_mode != "none") {
        list.push_back(mount("/dev/shm", "tmpfs", "shm",
                             {"nosuid", "noexec", "nodev", "mode=1777", shm_size}));
    }
    const std::string etc = input.network_etc.empty() ? input.folder + "/etc" : input.network_etc;
    for (const char* name : {"resolv.conf", "hostname", "hosts"}) {
        list.push_back(mount((std::string{"/etc/"} + name).c_str(), "bind", etc + "/" + name,
                             {"rbind", "rprivate"}));
    }
    if (!input.init.empty()) {
        list.push_back(mount(init_path, "bind", input.init, {"bind", "ro", "rprivate"}));
    }
    for (const auto& [destination, options] : input.host.tmpfs) {
        std::vector<std::string> words{"noexec", "nosuid", "nodev"};
        for (std::string& word : split_options(options))
            words.push_back(std::move(word));
        list.push_back(mount(destination.c_str(), "tmpfs", "tmpfs", words));
    }
    return list;
}

}  // namespace

security::CapabilitySet capabilities_of(const HostConfig& host) {
    if (host.privileged) return security::available_capabilities();
    const bool drop_all =
        std::any_of(host.cap_drop.begin(), host.cap_drop.end(),
                    [](const std::string& c) { return c == "ALL" || c == "all"; });
    security::CapabilitySet set = drop_all ? 0 : security::docker_default_capabilities();
    set |= parse_capabilities(host.cap_add, "CapAdd");
    const security::CapabilitySet dropped = parse_capabilities(host.cap_drop, "CapDrop");
    return drop_all ? set : set & ~dropped;
}

std::vector<std::string> make_environment(const SpecInput& input) {
    std::vector<std::string> environment{default_path, "HOSTNAME=" + input.config.hostname};
    if (input.config.tty) environment.emplace_back("TERM=xterm");
    environment.push_back("HOME=" + input.user.home);
    for (const std::string& assignment : input.config.env)
        set_variable(environment, assignment);
    return environment;
}

Json make_process(const SpecInput& input) {
    const Config& config = input.config;
    Json process{
        {"terminal", config.tty},
        {"user", {{"uid", input.user.uid}, {"gid", input.user.gid}}},
        {"args", config.command_line()},
        {"env", make_environment(input)},
        {"cwd", config.working_dir.empty() ? "/" : config.working_dir},
        {"capabilities", capabilities(input.host, input.user)},
        {"noNewPrivileges", no_new_privileges(input.host)},
        {"oomScoreAdj", input.host.oom_score_adj},
    };
    if (!input.user.additional_gids.empty()) {
        process["user"]["additionalGids"] = input.user.additional_gids;
    }
    if (!input.host.ulimits.empty()) process["rlimits"] = rlimits(input.host);
    if (config.tty && input.host.console_rows != 0) {
        process["consoleSize"] = {{"height", input.host.console_rows},
                                  {"width", input.host.console_columns}};
    }
    return process;
}

Json make_spec(const SpecInput& input) {
    Json spec{
        {"ociVersion", "1.0.2"},
        {"process", make_process(input)},
        {"root", {{"path", "rootfs"}, {"readonly", input.host.readonly_rootfs}}},
        {"mounts", mounts(input)},
        {"linux", make_linux_spec(input)},
    };
    if (!input.host.annotations.empty()) spec["annotations"] = input.host.annotations;
    if (!input.init.empty()) {
        std::vector<std::string> line{init_path, "--"};
        for (const std::string& word : input.config.command_line())
            line.push_back(word);
        spec["process"]["args"] = line;
    }
    // With the host's UTS namespace there is no name of its own to set.
    if (input.host.uts_mode != "host") {
        spec["hostname"] = input.config.hostname;
        if (!input.config.domainname.empty()) spec["domainname"] = input.config.domainname;
    }
    return spec;
}

}  // namespace minidock::containers
