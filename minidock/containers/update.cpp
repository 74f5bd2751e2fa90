#include "minidock/containers/update.hpp"

#include <array>

#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/log.hpp"
#include "minidock/cgroups/group.hpp"

namespace minidock::containers {
namespace {

constexpr std::array limits{"Memory",     "MemoryReservation", "MemorySwap", "NanoCpus",
                            "CpuShares",  "CpuPeriod",         "CpuQuota",   "CpusetCpus",
                            "CpusetMems", "PidsLimit",         "BlkioWeight"};

bool says_something(const Json& value) {
    if (value.is_string()) return !value.get_ref<const std::string&>().empty();
    if (value.is_number()) return value != 0;
    return !value.is_null() && !value.empty();
}

/// HostConfig with what the request says put in.
Json merged(Json host_config, const Json& body) {
    for (const char* field : limits) {
        if (body.contains(field) && says_something(body[field])) host_config[field] = body[field];
    }
    // Each of the two says all about the share of the processors.
    if (says_something(body.value("NanoCpus", Json{}))) {
        host_config["CpuQuota"] = 0;
        host_config["CpuPeriod"] = 0;
    } else if (says_something(body.value("CpuQuota", Json{}))) {
        host_config["NanoCpus"] = 0;
    }
    const Json policy = body.value("RestartPolicy", Json{});
    if (policy.is_object() && says_something(policy.value("Name", Json{}))) {
        host_config["RestartPolicy"] = policy;
    }
    return host_config;
}

std::optional<std::int64_t> unless_zero(std::int64_t value) {
    return value != 0 ? std::optional{value} : std::nullopt;
}

cgroups::Resources resources_of(const HostConfig& host) {
    constexpr std::int64_t period = 100'000;  // microseconds, the kernel's own
    cgroups::Resources resources;
    resources.memory.limit = unless_zero(host.memory);
    resources.memory.reservation = unless_zero(host.memory_reservation);
    resources.memory.swap = unless_zero(host.memory_swap);
    if (host.cpu_shares > 0) resources.cpu.shares = static_cast<std::uint64_t>(host.cpu_shares);
    resources.cpu.quota = unless_zero(host.cpu_quota);
    if (host.cpu_period > 0) resources.cpu.period = static_cast<std::uint64_t>(host.cpu_period);
    if (host.nano_cpus > 0) {
        resources.cpu.period = period;
        resources.cpu.quota = host.nano_cpus / 10'000;
    }
    resources.cpu.cpus = host.cpuset_cpus;
    resources.cpu.mems = host.cpuset_mems;
    resources.pids.limit = host.pids_limit;
    if (host.blkio_weight > 0) {
        resources.block_io.weight = static_cast<std::uint16_t>(host.blkio_weight);
    }
    return resources;
}

}  // namespace

std::vector<std::string> update(const Containers& containers, Container& container,
                                const Json& body) {
    const Container::Operation operation{container};
    if (container.is_removed()) throw NotFound("No such container: " + container.id());
    Definition definition = container.definition();
    definition.host_config_document = merged(std::move(definition.host_config_document), body);
    definition.host_config = read_host_config(definition.host_config_document);
    std::vector<std::string> warnings =
        validate(definition.config, definition.host_config, Machine::look());
    definition.host_config_document["MemorySwap"] = definition.host_config.memory_swap;
    if (container.state().is_running()) {
        cgroups::Group::open(containers.cgroup_of(container))
            .set(resources_of(definition.host_config));
    }
    container.set_definition(std::move(definition));
    containers.announce(container, "update");
    log::info("container {} has other settings now", short_id(container.id()));
    return warnings;
}

}  // namespace minidock::containers
