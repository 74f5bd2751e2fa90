// Options of `run` and `create` about what a container may do, and what it shares with the host or
// with other containers.
#pragma once

#include "minidock/client/container_options.hpp"

namespace minidock::client {

class PrivilegeOptions : public MoreContainerOptions {
  public:
    void add_to(CommandLine& line) override;
    void complete(Json& body) const override;

  private:
    Arguments cap_add_;
    Arguments cap_drop_;
    Arguments security_;
    Arguments devices_;
    Arguments device_rules_;
    Arguments ulimits_;
    Arguments sysctls_;
    Arguments groups_;
    std::string shm_size_;
    std::string pid_;
    std::string ipc_;
    std::string uts_;
    std::string userns_;
    std::string cgroupns_;
    std::string cgroup_parent_;
    std::string domain_;
    int oom_score_ = 0;
    int blkio_weight_ = 0;
    std::int64_t cpu_period_ = 0;
    std::int64_t cpu_quota_ = 0;
    bool no_oom_kill_ = false;
    bool privileged_ = false;
};

/// "/dev/fuse", "/dev/sda:/dev/xvda:rw" as the API's DeviceMapping.
Json parse_device(const std::string& text);
/// "nofile=1024:2048" as the API's Ulimit. @throws BadParameter
Json parse_ulimit(const std::string& text);

}  // namespace minidock::client
