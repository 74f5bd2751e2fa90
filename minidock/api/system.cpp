#include "minidock/api/system.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "minidock/api/machine.hpp"
#include "minidock/api/version.hpp"
#include "minidock/base/timestamp.hpp"

namespace minidock::api {
namespace {

using cgroups::Controller;
using nlohmann::json;

std::string compiler() {
#ifdef __clang__
    return fmt::format("clang++ {}", __clang_version__);
#else
    return fmt::format("g++ {}", __VERSION__);
#endif
}

std::string name_of_runtime(const Settings& settings) {
    return std::filesystem::path{settings.runtime}.filename();
}

long open_descriptors() {
    const std::filesystem::directory_iterator descriptors{"/proc/self/fd"};
    return std::distance(begin(descriptors), end(descriptors));
}

long threads() {
    const std::filesystem::directory_iterator tasks{"/proc/self/task"};
    return std::distance(begin(tasks), end(tasks));
}

/// What a user who sets limits should know: Docker's words, one for each thing that is missing.
json warnings(const Machine& machine) {
    json list = json::array();
    const auto need = [&](bool there, const char* warning) {
        if (!there) list.push_back(warning);
    };
    need(machine.controllers.contains(Controller::memory), "WARNING: No memory limit support");
    need(machine.swap_limit, "WARNING: No swap limit support");
    need(machine.controllers.contains(Controller::cpu), "WARNING: No cpu cfs quota support");
    need(machine.controllers.contains(Controller::cpuset), "WARNING: No cpuset support");
    need(machine.controllers.contains(Controller::pids), "WARNING: No pids limit support");
    return list;
}

}  // namespace

json describe_version(const Settings& settings) {
    const Machine machine = look_at_machine();
    const std::string arch = go_architecture(machine.architecture);
    const json engine{{"ApiVersion", newest_version},
                      {"MinAPIVersion", oldest_version},
                      {"Os", "linux"},
                      {"Arch", arch},
                      {"KernelVersion", machine.kernel},
                      {"GoVersion", compiler()},
                      {"GitCommit", ""},
                      {"BuildTime", ""},
                      {"Experimental", "false"}};
    json version = engine;
    version["Version"] = release();
    version["Platform"] = {{"Name", "minidock: Docker, built to be read"}};
    version["Experimental"] = false;
    version["Components"] = {
        {{"Name", "Engine"}, {"Version", release()}, {"Details", engine}},
        {{"Name", name_of_runtime(settings)},
         {"Version", release()},
         {"Details", {{"Path", settings.runtime}}}},
    };
    return version;
}

json describe_system(const Settings& settings) {
    const Machine machine = look_at_machine();
    const auto can = [&](Controller controller) {
        return machine.controllers.contains(controller);
    };
    const std::string runtime = name_of_runtime(settings);
    return {
        {"ID", settings.id},
        {"Name", machine.hostname},
        {"Containers", 0},
        {"ContainersRunning", 0},
        {"ContainersPaused", 0},
        {"ContainersStopped", 0},
        {"Images", 0},
        {"Driver", "overlay2"},
        {"DriverStatus", json::array()},
        {"DockerRootDir", settings.data_root},
        {"Plugins",
         {{"Volume", json::array()},
          {"Network", {"host", "null"}},
          {"Authorization", nullptr},
          {"Log", {"json-file"}}}},
        {"MemoryLimit", can(Controller::memory)},
        {"SwapLimit", machine.swap_limit},
        {"CpuCfsPeriod", can(Controller::cpu)},
        {"CpuCfsQuota", can(Controller::cpu)},
        {"CPUShares", can(Controller::cpu)},
        {"CPUSet", can(Controller::cpuset)},
        {"PidsLimit", can(Controller::pids)},
        {"OomKillDisable", can(Controller::memory) && machine.cgroup_version == 1},
        {"IPv4Forwarding", machine.forwards_ipv4},
        {"Debug", settings.debug},
        {"NFd", open_descriptors()},
        {"NGoroutines", threads()},
        {"SystemTime", to_rfc3339(now())},
        {"LoggingDriver", "json-file"},
        {"CgroupDriver", "cgroupfs"},
        {"CgroupVersion", std::to_string(machine.cgroup_version)},
        {"NEventsListener", 0},
        {"KernelVersion", machine.kernel},
        {"OperatingSystem", machine.system},
        {"OSVersion", machine.system_version},
        {"OSType", "linux"},
        {"Architecture", machine.architecture},
        {"NCPU", machine.processors},
        {"MemTotal", machine.memory_bytes},
        {"IndexServerAddress", "https://index.docker.io/v1/"},
        {"RegistryConfig",
         {{"InsecureRegistryCIDRs", json::array()},
          {"IndexConfigs", json::object()},
          {"Mirrors", json::array()}}},
        {"GenericResources", nullptr},
        {"HttpProxy", ""},
        {"HttpsProxy", ""},
        {"NoProxy", ""},
        {"Labels", json::array()},
        {"ExperimentalBuild", false},
        {"ServerVersion", release()},
        {"Runtimes", {{runtime, {{"path", settings.runtime}}}}},
        {"DefaultRuntime", runtime},
        {"Swarm", {{"LocalNodeState", "inactive"}, {"ControlAvailable", false}, {"NodeID", ""}}},
        {"LiveRestoreEnabled", true},
        {"Isolation", ""},
        {"InitBinary", ""},
        {"SecurityOptions", {"name=seccomp,profile=builtin", "name=cgroupns"}},
        {"Warnings", warnings(machine)},
    };
}

}  // namespace minidock::api
