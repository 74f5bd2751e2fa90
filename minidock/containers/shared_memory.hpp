// The /dev/shm of a container that shares its IPC namespace (`--ipc shareable`). Others can only
// have the same one if it is mounted where the runtime can see it, so it is on the host as long as
// the container runs. See shm_overview(7).
#pragma once

#include <string>

#include "minidock/containers/containers.hpp"
#include "minidock/containers/life_extension.hpp"

namespace minidock::containers {

/// Where it is mounted.
std::string shared_memory_folder(const std::string& exec_root, const std::string& id);

class SharedMemory : public LifeExtension {
  public:
    /// @param containers  outlives this
    explicit SharedMemory(const Containers& containers) : containers_{containers} {}

    void before_start(const Container& container) override;
    void after_exit(const Container& container) noexcept override;

  private:
    const Containers& containers_;
};

}  // namespace minidock::containers
