// Options of `run` and `create` about a container's life: what restarts it, who looks after it, and
// where its output is kept.
#pragma once

#include "minidock/client/container_options.hpp"

namespace minidock::client {

class LifeOptions : public MoreContainerOptions {
  public:
    void add_to(CommandLine& line) override;
    void complete(Json& body) const override;

  private:
    [[nodiscard]] Json healthcheck() const;

    std::string restart_;
    std::string health_command_;
    std::string health_interval_;
    std::string health_timeout_;
    std::string health_start_period_;
    std::string health_start_interval_;
    int health_retries_ = 0;
    bool no_healthcheck_ = false;
    std::string log_driver_;
    Arguments log_options_;
    Arguments label_files_;
    Arguments annotations_;
    bool init_ = false;
};

/// "on-failure:3" as the API's RestartPolicy. @throws BadParameter
Json parse_restart_policy(const std::string& text);

}  // namespace minidock::client
