// Health checks: a program that is run in a container again and again, and tells by its exit code
// whether the container is well. See the Docker Engine API v1.47, HealthConfig and Health.
#pragma once

#include "minidock/containers/exec.hpp"
#include "minidock/containers/life_extension.hpp"

namespace minidock::containers {

class HealthChecks : public LifeExtension {
  public:
    /// Both outlive this.
    HealthChecks(Containers& containers, Execs& execs) : containers_{containers}, execs_{execs} {}

    void started(const Container& container) noexcept override;
    void after_exit(const Container& container) noexcept override;
    void describe(const Container& container, Json& inspect) const override;
    void summarize(const Container& container, Json& line) const override;

  private:
    void check_until_it_ends(const ContainerPtr& container);
    void check_once(const ContainerPtr& container, const Healthcheck& check, bool is_starting);

    Containers& containers_;
    Execs& execs_;
};

}  // namespace minidock::containers
