#include "minidock/cgroups/controller.hpp"

namespace minidock::cgroups {

std::string_view name(Controller controller, Version version) {
    switch (controller) {
        case Controller::cpu:
            return "cpu";
        case Controller::cpuacct:
            return "cpuacct";
        case Controller::cpuset:
            return "cpuset";
        case Controller::memory:
            return "memory";
        case Controller::pids:
            return "pids";
        case Controller::io:
            return version == Version::v1 ? "blkio" : "io";
        case Controller::devices:
            return "devices";
        case Controller::freezer:
            return "freezer";
        case Controller::hugetlb:
            return "hugetlb";
    }
    return "";
}

std::optional<Controller> controller_by_name(std::string_view name_in_file, Version version) {
    for (const Controller controller : all_controllers) {
        if (name(controller, version) == name_in_file) return controller;
    }
    return std::nullopt;
}

ControllerSet parse_controllers(std::string_view text, Version version) {
    constexpr std::string_view separators = " ,\n";
    ControllerSet found;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(separators), text.size());
        if (const auto controller = controller_by_name(text.substr(0, end), version)) {
            found.insert(*controller);
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return found;
}

}  // namespace minidock::cgroups
