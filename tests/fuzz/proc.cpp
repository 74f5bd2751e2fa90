// The kernel's texts about control groups. The first byte chooses the file.
#include "minidock/cgroups/controller.hpp"
#include "minidock/cgroups/hierarchy.hpp"
#include "minidock/cgroups/stats.hpp"
#include "tests/fuzz/target.hpp"

void minidock::fuzz::read(std::string_view input) {
    if (input.empty()) return;
    const std::string_view text = input.substr(1);
    switch (input.front()) {
        case 'm':
            (void)cgroups::Hierarchies::parse_mountinfo(text);
            break;
        case 'c':
            (void)cgroups::parse_controllers(text, cgroups::Version::v2);
            break;
        case 'p':
            (void)cgroups::parse_pressure(text);
            break;
        case 'i':
            (void)cgroups::parse_io_stat(text);
            break;
        default:
            break;
    }
}
