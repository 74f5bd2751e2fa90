#include "tests/minirun/minirun.hpp"

#include <filesystem>

#include "minidock/cgroups/hierarchy.hpp"

namespace minidock::test {
namespace fs = std::filesystem;

Outcome minirun(Bundle& bundle, std::vector<std::string> arguments) {
    std::vector<std::string> command{program("minirun"), "--root", bundle.state_root()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(command);
}

Outcome run_bundle(Bundle& bundle) {
    return minirun(bundle, {"run", "--bundle", bundle.path(), "box"});
}

Outcome create_bundle(Bundle& bundle, std::vector<std::string> more) {
    // The container inherits these streams and outlives minirun: a pipe would never end.
    const std::string command =
        "exec \"$@\" >" + bundle.file("output") + " 2>" + bundle.file("errors") + " </dev/null";
    std::vector<std::string> arguments{
        "sh",     "-c",       command,      "sh", program("minirun"), "--root", bundle.state_root(),
        "create", "--bundle", bundle.path()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    arguments.emplace_back("box");
    return run(arguments);
}

std::string status_of(Bundle& bundle) {
    const Outcome outcome = minirun(bundle, {"state", "box"});
    if (outcome.status != 0) return outcome.err;
    return parse_json(outcome.out, "the state").at("status");
}

std::vector<std::string> leftovers(Bundle& bundle) {
    std::vector<std::string> found;
    if (fs::exists(bundle.state_root() + "/box")) found.push_back(bundle.state_root() + "/box");
    const auto& machine = cgroups::Hierarchies::of_this_machine();
    const auto look = [&](const std::string& tree) {
        if (fs::exists(tree + bundle.cgroup())) found.push_back(tree + bundle.cgroup());
    };
    if (machine.unified()) look(*machine.unified());
    for (const auto& [controller, tree] : machine.v1_trees())
        look(tree);
    return found;
}

}  // namespace minidock::test
