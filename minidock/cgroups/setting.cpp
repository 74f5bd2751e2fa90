#include "minidock/cgroups/setting.hpp"

namespace minidock::cgroups {

void add_cpuset(const Cpu& cpu, std::vector<Setting>& settings) {
    if (!cpu.cpus.empty()) {
        settings.push_back(
            {Controller::cpuset, "cpuset.cpus", cpu.cpus, "the processors it may run on"});
    }
    if (!cpu.mems.empty()) {
        settings.push_back(
            {Controller::cpuset, "cpuset.mems", cpu.mems, "the memory nodes it may use"});
    }
}

}  // namespace minidock::cgroups
