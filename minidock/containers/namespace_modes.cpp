#include "minidock/containers/namespace_modes.hpp"

#include <fmt/format.h>

#include "minidock/base/error.hpp"
#include "minidock/containers/shared_memory.hpp"

namespace minidock::containers {
namespace {

constexpr std::string_view prefix = "container:";

/// The container that a mode names; none for another mode.
ContainerPtr other_of(const Registry& registry, const std::string& mode) {
    if (!mode.starts_with(prefix)) return nullptr;
    try {
        return registry.get(std::string_view{mode}.substr(prefix.size()));
    } catch (const NotFound& error) {
        // A client that gets a 404 here believes that the image is missing.
        throw BadParameter(error.what());
    }
}

void require_shareable(const Container& other) {
    if (other.definition().host_config.ipc_mode == "shareable" ||
        other.definition().host_config.ipc_mode == "host")
        return;
    throw BadParameter(fmt::format(
        "cannot join IPC of container {}: non-shareable IPC (hint: use IpcMode:shareable "
        "for the donor container)",
        other.id()));
}

std::string namespaces_of(const Container& other, const char* what) {
    const State state = other.state();
    if (!state.is_running()) {
        throw Conflict(
            fmt::format("cannot join {} of a non running container: {}", what, other.id()));
    }
    return fmt::format("/proc/{}/", state.pid);
}

}  // namespace

void resolve_namespace_modes(const Registry& registry, Json& host_config) {
    for (const char* field : {"PidMode", "IpcMode", "NetworkMode"}) {
        const ContainerPtr other = other_of(registry, host_config.value(field, ""));
        if (!other) continue;
        if (field == std::string_view{"IpcMode"}) require_shareable(*other);
        host_config[field] = std::string{prefix} + other->id();
    }
}

void join_namespaces(const Registry& registry, const std::string& exec_root, SpecInput& input) {
    if (input.host.ipc_mode == "shareable") input.shm = shared_memory_folder(exec_root, input.id);

    if (const ContainerPtr other = other_of(registry, input.host.pid_mode)) {
        input.joined_namespaces["pid"] = namespaces_of(*other, "PID") + "ns/pid";
    }
    if (const ContainerPtr other = other_of(registry, input.host.ipc_mode)) {
        input.joined_namespaces["ipc"] = namespaces_of(*other, "IPC") + "ns/ipc";
        if (other->definition().host_config.ipc_mode == "shareable") {
            input.shm = shared_memory_folder(exec_root, other->id());
        }
    }
    if (const ContainerPtr other = other_of(registry, input.host.network_mode)) {
        input.joined_namespaces["network"] = namespaces_of(*other, "network") + "ns/net";
        input.network_etc = other->folder() + "/etc";
    }
}

}  // namespace minidock::containers
