#include "minidock/apps/minirun/first_config.hpp"

#include <unistd.h>

#include "minidock/rootfs/mounts.hpp"

namespace minidock::minirun {
namespace {

Json to_json(const rootfs::Mount& mount) {
    return {{"destination", mount.destination.text},
            {"type", mount.type},
            {"source", mount.source},
            {"options", mount.options}};
}

Json to_json(const std::vector<rootfs::PathInRoot>& paths) {
    Json list = Json::array();
    for (const rootfs::PathInRoot& path : paths)
        list.push_back(path.text);
    return list;
}

Json mounts() {
    Json list = Json::array();
    for (const rootfs::Mount& mount : rootfs::default_mounts())
        list.push_back(to_json(mount));
    list.push_back(to_json(
        {{"/sys/fs/cgroup"}, "cgroup", "cgroup", {"nosuid", "noexec", "nodev", "relatime", "ro"}}));
    return list;
}

Json process() {
    const Json capabilities{"CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"};
    return {
        {"terminal", true},
        {"user", {{"uid", 0}, {"gid", 0}}},
        {"args", Json::array({"sh"})},
        {"env", Json::array({"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                             "TERM=xterm"})},
        {"cwd", "/"},
        {"capabilities",
         {{"bounding", capabilities}, {"effective", capabilities}, {"permitted", capabilities}}},
        {"rlimits", Json::array({{{"type", "RLIMIT_NOFILE"}, {"hard", 1024}, {"soft", 1024}}})},
        {"noNewPrivileges", true}};
}

Json namespaces() {
    Json list = Json::array();
    for (const char* type : {"pid", "network", "ipc", "uts", "mount", "cgroup"})
        list.push_back({{"type", type}});
    return list;
}

Json one_id(unsigned host_id) {
    return Json::array({{{"containerID", 0}, {"hostID", host_id}, {"size", 1}}});
}

}  // namespace

Json first_config() {
    return {{"ociVersion", "1.2.0"},
            {"process", process()},
            {"root", {{"path", "rootfs"}, {"readonly", true}}},
            {"hostname", "minirun"},
            {"mounts", mounts()},
            {"linux",
             {{"resources", {{"devices", Json::array({{{"allow", false}, {"access", "rwm"}}})}}},
              {"namespaces", namespaces()},
              {"maskedPaths", to_json(rootfs::default_masked_paths())},
              {"readonlyPaths", to_json(rootfs::default_read_only_paths())}}}};
}

Json first_config_rootless() {
    Json config = first_config();
    Json& linux = config["linux"];
    linux.erase("resources");
    linux["namespaces"].push_back({{"type", "user"}});
    linux["uidMappings"] = one_id(::geteuid());
    linux["gidMappings"] = one_id(::getegid());
    Json kept = Json::array();
    for (Json mount : config["mounts"]) {
        // The group of terminals is not mapped, and sysfs cannot be mounted without a network
        // namespace of the same user's; the host's /sys is shown instead.
        if (mount["destination"] == "/dev/pts")
            std::erase(mount["options"].get_ref<Json::array_t&>(), Json("gid=5"));
        if (mount["destination"] == "/sys/fs/cgroup") continue;
        kept.push_back(std::move(mount));
    }
    config["mounts"] = std::move(kept);
    return config;
}

}  // namespace minidock::minirun
