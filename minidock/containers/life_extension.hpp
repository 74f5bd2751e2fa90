// How a later chapter takes part in the life of a container: volumes put mounts into the
// specification, networks an interface into the network namespace, and so on. Containers calls
// every extension at each of these steps, in the order in which they were added; at an end, in the
// reverse order.
#pragma once

#include <string>
#include <vector>

#include "minidock/base/json.hpp"
#include "minidock/containers/container.hpp"

namespace minidock::containers {

class LifeExtension {
  public:
    virtual ~LifeExtension() = default;

    /// The fields of HostConfig and Config that it takes care of: "Binds". A create request with
    /// a field that nobody takes care of is refused.
    [[nodiscard]] virtual std::vector<std::string> serves() const { return {}; }

    /// A container is being created: checks what the request says of its fields, and may complete
    /// the definition (its documents, too). What it throws refuses the creation. The request is the
    /// whole body: NetworkingConfig is in there.
    virtual void check(const Json& /*request*/, Definition& /*definition*/,
                       std::vector<std::string>& /*warnings*/) {}

    /// The container is being created: its folder is there, but not its config.json yet, and nobody
    /// finds it. What this throws refuses the create; whatever refuses it later, removed() follows.
    virtual void created(const Container& /*container*/, std::vector<std::string>& /*warnings*/) {}

    /// The container is about to be started: completes what the runtime will be told (config.json
    /// of the bundle). What it throws refuses the start.
    virtual void prepare(const Container& /*container*/, Json& /*spec*/) {}

    /// The last step before the shim is started. What it throws refuses the start.
    virtual void before_start(const Container& /*container*/) {}

    /// The container's program runs; also called for each that a starting daemon finds running.
    virtual void started(const Container& /*container*/) noexcept {}

    /// The container has ended, or could not be started after before_start().
    virtual void after_exit(const Container& /*container*/) noexcept {}

    /// The container is about to be removed.
    /// The flag says whether its anonymous volumes are to go as well (`docker rm -v`).
    virtual void removed(const Container& /*container*/, bool /*volumes*/) {}

    /// Adds what it knows to the answer of inspect.
    virtual void describe(const Container& /*container*/, Json& /*inspect*/) const {}
    /// Adds what it knows to the container's entry in the list.
    virtual void summarize(const Container& /*container*/, Json& /*entry*/) const {}
};

}  // namespace minidock::containers
