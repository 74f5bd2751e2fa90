#include "minidock/cgroups/hierarchy.hpp"

#include <linux/magic.h>
#include <sys/vfs.h>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/cgroups/text.hpp"

namespace minidock::cgroups {
namespace {

constexpr const char* usual_mount_point = "/sys/fs/cgroup";

Hierarchies look_at_this_machine() {
    // The common case costs one system call: v2 alone, in the usual place.
    struct statfs file_system {};
    if (::statfs(usual_mount_point, &file_system) == 0 &&
        file_system.f_type == CGROUP2_SUPER_MAGIC) {
        return Hierarchies::parse_mountinfo("1 1 0:1 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    }
    Hierarchies found = Hierarchies::parse_mountinfo(read_file("/proc/self/mountinfo"));
    if (!found.unified() && found.v1_trees().empty()) {
        throw Unsupported("no control groups are mounted: mount -t cgroup2 cgroup2 /sys/fs/cgroup");
    }
    return found;
}

}  // namespace

std::string_view name(Layout layout) {
    switch (layout) {
        case Layout::unified:
            return "unified (v2)";
        case Layout::hybrid:
            return "hybrid (controllers on v1, processes on v2)";
        case Layout::v1:
            return "v1";
    }
    return "";
}

const Hierarchies& Hierarchies::of_this_machine() {
    static const Hierarchies found = look_at_this_machine();
    return found;
}

Hierarchies Hierarchies::parse_mountinfo(std::string_view text) {
    // proc_pid_mountinfo(5):  ID PARENT MAJ:MIN ROOT MOUNT-POINT OPTIONS… - TYPE SOURCE
    // SUPER-OPTIONS
    Hierarchies found;
    for_each_line(text, [&](std::string_view line) {
        const std::size_t dash = line.find(" - ");
        if (dash == std::string_view::npos) return;
        std::string_view before = line.substr(0, dash);
        std::string_view after = line.substr(dash + 3);
        for (int skipped = 0; skipped < 4; ++skipped)
            next_word(before);
        const std::string mount_point{next_word(before)};
        const std::string_view type = next_word(after);
        if (type == "cgroup2" && !found.unified_) found.unified_ = mount_point;
        if (type != "cgroup") return;
        next_word(after);
        const ControllerSet controllers = parse_controllers(next_word(after), Version::v1);
        for (const Controller controller : all_controllers) {
            if (controllers.contains(controller)) found.v1_.emplace(controller, mount_point);
        }
    });
    return found;
}

Layout Hierarchies::layout() const {
    if (!unified_) return Layout::v1;
    return v1_.empty() ? Layout::unified : Layout::hybrid;
}

const std::string* Hierarchies::v1(Controller controller) const {
    const auto found = v1_.find(controller);
    return found == v1_.end() ? nullptr : &found->second;
}

std::string group_of(pid_t pid) {
    std::string path;
    for_each_line(read_file("/proc/" + std::to_string(pid) + "/cgroup"),
                  [&](std::string_view line) {
                      if (line.starts_with("0::")) path = line.substr(3);
                  });
    if (path.empty()) throw Unsupported("this machine has no cgroup v2 tree");
    return path;
}

}  // namespace minidock::cgroups
