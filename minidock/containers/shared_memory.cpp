#include "minidock/containers/shared_memory.hpp"

#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/kernel/mount.hpp"
#include "minidock/base/log.hpp"

namespace minidock::containers {
namespace {

bool is_shared(const Container& container) {
    return container.definition().host_config.ipc_mode == "shareable";
}

}  // namespace

std::string shared_memory_folder(const std::string& exec_root, const std::string& id) {
    return exec_root + "/shm/" + id;
}

void SharedMemory::before_start(const Container& container) {
    if (!is_shared(container)) return;
    after_exit(container);  // of a run that nobody saw end
    const std::string folder = shared_memory_folder(containers_.places().exec_root, container.id());
    std::filesystem::create_directories(folder);
    kernel::mount(
        {.source = "shm",
         .target = folder,
         .type = "tmpfs",
         .flags = MS_NOSUID | MS_NOEXEC | MS_NODEV,
         .data = "mode=1777,size=" + std::to_string(container.definition().host_config.shm_size)},
        {3, "shared memory that other containers can have, too"});
}

void SharedMemory::after_exit(const Container& container) noexcept {
    if (!is_shared(container)) return;
    const std::string folder = shared_memory_folder(containers_.places().exec_root, container.id());
    std::error_code error;
    if (!std::filesystem::exists(folder, error)) return;
    try {
        kernel::umount(folder, MNT_DETACH, {3, "nobody shares it any more"});
    } catch (const SystemError& failure) {
        if (failure.error() != EINVAL) {  // EINVAL: nothing is mounted there
            log::warning("container {}: {}", short_id(container.id()), failure.what());
        }
    }
    ::rmdir(folder.c_str());
    ::rmdir((containers_.places().exec_root + "/shm").c_str());  // when it was the last one
}

}  // namespace minidock::containers
