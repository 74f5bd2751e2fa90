#include "minidock/containers/running_root.hpp"

#include "minidock/base/error.hpp"
#include "minidock/rootfs/open_in_root.hpp"

namespace minidock::containers {
namespace {

/// Whether a process belongs to the container: its cgroup is named so.
bool belongs_to(const std::string& process_folder, const Container& container) {
    return read_file(process_folder + "/cgroup").find(container.id()) != std::string::npos;
}

}  // namespace

Fd open_running_root(const Container& container) {
    const State state = container.state();
    try {
        if (state.is_running()) {
            const std::string process = "/proc/" + std::to_string(state.pid);
            Fd root = rootfs::open_root(process + "/root");
            // Asked last: as long as the process is the container's, what was opened is its root.
            // (A PID that has ended may be somebody else's by now.)
            if (belongs_to(process, container)) return root;
        }
    } catch (const SystemError&) {
        // It has ended meanwhile.
    }
    throw Conflict("container " + container.id() + " is not running");
}

}  // namespace minidock::containers
