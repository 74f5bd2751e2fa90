#include "minidock/api/machine.hpp"

#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <sstream>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/cgroups/hierarchy.hpp"

namespace minidock::api {
namespace {

/// os-release(5): NAME="value" lines.
std::map<std::string, std::string> os_release() {
    std::map<std::string, std::string> values;
    for (const char* path : {"/etc/os-release", "/usr/lib/os-release"}) {
        if (::access(path, R_OK) < 0) continue;
        std::istringstream lines{read_file(path)};
        for (std::string line; std::getline(lines, line);) {
            const std::size_t equals = line.find('=');
            if (equals == std::string::npos || line.front() == '#') continue;
            std::string value = line.substr(equals + 1);
            if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
                value.back() == value.front())
                value = value.substr(1, value.size() - 2);
            values[line.substr(0, equals)] = value;
        }
        break;
    }
    return values;
}

void look_at_cgroups(Machine& machine) {
    using namespace cgroups;
    const auto& trees = Hierarchies::of_this_machine();
    machine.cgroup_version = trees.layout() == Layout::unified ? 2 : 1;
    if (trees.unified()) {
        std::istringstream words{read_file(*trees.unified() + "/cgroup.controllers")};
        for (std::string word; words >> word;) {
            if (const auto known = controller_by_name(word, Version::v2))
                machine.controllers.insert(*known);
        }
    }
    for (const auto& [controller, folder] : trees.v1_trees())
        machine.controllers.insert(controller);

    // Version 1 counts swap only where the kernel was told to; version 2 always does.
    const std::string* memory = trees.v1(Controller::memory);
    machine.swap_limit = memory == nullptr
                             ? machine.controllers.contains(Controller::memory)
                             : std::filesystem::exists(*memory + "/memory.memsw.limit_in_bytes");
}

}  // namespace

Machine look_at_machine() {
    Machine machine;
    utsname names{};
    if (::uname(&names) < 0) throw SystemError("ask for the kernel's name");
    machine.hostname = names.nodename;
    machine.kernel = names.release;
    machine.architecture = names.machine;

    auto release = os_release();
    machine.system = release["PRETTY_NAME"].empty() ? "Linux" : release["PRETTY_NAME"];
    machine.system_version = release["VERSION_ID"];

    struct sysinfo memory {};
    if (::sysinfo(&memory) < 0) throw SystemError("ask for the memory's size");
    machine.memory_bytes = std::uint64_t{memory.totalram} * memory.mem_unit;
    machine.processors = static_cast<unsigned>(::sysconf(_SC_NPROCESSORS_ONLN));
    machine.forwards_ipv4 = read_file("/proc/sys/net/ipv4/ip_forward").starts_with('1');
    look_at_cgroups(machine);
    return machine;
}

std::string go_architecture(const std::string& machine) {
    static const std::map<std::string, std::string> names{
        {"x86_64", "amd64"},    {"aarch64", "arm64"}, {"armv7l", "arm"},     {"i686", "386"},
        {"ppc64le", "ppc64le"}, {"s390x", "s390x"},   {"riscv64", "riscv64"}};
    const auto found = names.find(machine);
    return found == names.end() ? machine : found->second;
}

}  // namespace minidock::api
