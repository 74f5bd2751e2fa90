#include "minidock/runtime/spec_resources.hpp"

namespace minidock::runtime {
namespace {

/// What is given as a number or left out.
std::optional<std::int64_t> integer(const JsonReader& object, const char* key) {
    const auto member = object.find(key);
    return member ? std::optional{member->integer()} : std::nullopt;
}

std::optional<std::uint64_t> natural(const JsonReader& object, const char* key) {
    const auto member = object.find(key);
    return member ? std::optional{member->natural()} : std::nullopt;
}

std::uint16_t natural16(const JsonReader& value) {
    const std::uint32_t number = value.natural32();
    if (number > UINT16_MAX) value.reject("the number is too large");
    return static_cast<std::uint16_t>(number);
}

cgroups::DeviceAccess parse_access(const JsonReader& access) {
    cgroups::DeviceAccess parsed;
    for (const char letter : access.string()) {
        switch (letter) {
            case 'r':
                parsed.read = true;
                break;
            case 'w':
                parsed.write = true;
                break;
            case 'm':
                parsed.mknod = true;
                break;
            default:
                access.reject("want letters of \"rwm\"");
        }
    }
    return parsed;
}

cgroups::DeviceRule parse_device(const JsonReader& rule) {
    cgroups::DeviceRule parsed{.allow = rule.at("allow").boolean()};
    if (const auto type = rule.find("type")) {
        const std::string& word = type->string();
        if (word != "a" && word != "b" && word != "c" && !word.empty())
            type->reject("want a, b or c");
        parsed.type = word.empty() ? 'a' : word[0];
    }
    // -1 means any, as a missing number does.
    const auto number = [&](const char* key) {
        const auto value = integer(rule, key);
        return value && *value >= 0 ? value : std::nullopt;
    };
    parsed.major = number("major");
    parsed.minor = number("minor");
    if (const auto access = rule.find("access"); access && !access->string().empty()) {
        parsed.access = parse_access(*access);
    }
    return parsed;
}

cgroups::Memory parse_memory(const JsonReader& memory) {
    return {.limit = integer(memory, "limit"),
            .reservation = integer(memory, "reservation"),
            .swap = integer(memory, "swap"),
            .swappiness = natural(memory, "swappiness"),
            .disable_oom_killer = memory.boolean_or("disableOOMKiller", false),
            .check_before_update = memory.boolean_or("checkBeforeUpdate", false)};
}

cgroups::Cpu parse_cpu(const JsonReader& cpu) {
    return {.shares = natural(cpu, "shares"),
            .quota = integer(cpu, "quota"),
            .period = natural(cpu, "period"),
            .burst = natural(cpu, "burst"),
            .realtime_runtime = integer(cpu, "realtimeRuntime"),
            .realtime_period = natural(cpu, "realtimePeriod"),
            .idle = integer(cpu, "idle"),
            .cpus = cpu.string_or("cpus", ""),
            .mems = cpu.string_or("mems", "")};
}

template <class Number, class Read>
std::vector<cgroups::ForDevice<Number>> per_device(const JsonReader& block_io, const char* list,
                                                   const char* key, Read read) {
    std::vector<cgroups::ForDevice<Number>> parsed;
    const auto entries = block_io.find(list);
    if (!entries) return parsed;
    for (const JsonReader& entry : entries->elements()) {
        const auto value = entry.find(key);
        if (!value) continue;
        parsed.push_back({.major = entry.at("major").integer(),
                          .minor = entry.at("minor").integer(),
                          .value = read(*value)});
    }
    return parsed;
}

cgroups::BlockIo parse_block_io(const JsonReader& block_io) {
    const auto throttle = [&](const char* list) {
        return per_device<std::uint64_t>(block_io, list, "rate",
                                         [](const JsonReader& rate) { return rate.natural(); });
    };
    cgroups::BlockIo parsed;
    if (const auto weight = block_io.find("weight")) parsed.weight = natural16(*weight);
    parsed.weight_device = per_device<std::uint16_t>(block_io, "weightDevice", "weight", natural16);
    parsed.throttle_read_bps_device = throttle("throttleReadBpsDevice");
    parsed.throttle_write_bps_device = throttle("throttleWriteBpsDevice");
    parsed.throttle_read_iops_device = throttle("throttleReadIOPSDevice");
    parsed.throttle_write_iops_device = throttle("throttleWriteIOPSDevice");
    return parsed;
}

}  // namespace

cgroups::Resources parse_resources(const JsonReader& resources) {
    cgroups::Resources parsed;
    if (const auto devices = resources.find("devices")) {
        for (const JsonReader& rule : devices->elements())
            parsed.devices.push_back(parse_device(rule));
    }
    if (const auto memory = resources.find("memory")) parsed.memory = parse_memory(*memory);
    if (const auto cpu = resources.find("cpu")) parsed.cpu = parse_cpu(*cpu);
    if (const auto pids = resources.find("pids")) parsed.pids.limit = pids->at("limit").integer();
    if (const auto block_io = resources.find("blockIO")) {
        parsed.block_io = parse_block_io(*block_io);
    }
    if (const auto limits = resources.find("hugepageLimits")) {
        for (const JsonReader& limit : limits->elements()) {
            parsed.hugepage_limits.push_back(
                {.page_size = limit.at("pageSize").string(), .limit = limit.at("limit").natural()});
        }
    }
    if (const auto unified = resources.find("unified")) {
        for (const auto& [file, value] : unified->string_map())
            parsed.unified[file] = value;
    }
    return parsed;
}

}  // namespace minidock::runtime
