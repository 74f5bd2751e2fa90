#include "minidock/security/scheduling.hpp"

#include <linux/sched.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "minidock/base/error.hpp"

namespace minidock::security {
namespace {

struct Named {
    const char* name;
    std::uint32_t number;
};

constexpr std::array policies{
    Named{"SCHED_OTHER", SCHED_NORMAL}, Named{"SCHED_FIFO", SCHED_FIFO},
    Named{"SCHED_RR", SCHED_RR},        Named{"SCHED_BATCH", SCHED_BATCH},
    Named{"SCHED_IDLE", SCHED_IDLE},    Named{"SCHED_DEADLINE", SCHED_DEADLINE},
};

constexpr std::array flags{
    Named{"SCHED_FLAG_RESET_ON_FORK", SCHED_FLAG_RESET_ON_FORK},
    Named{"SCHED_FLAG_RECLAIM", SCHED_FLAG_RECLAIM},
    Named{"SCHED_FLAG_DL_OVERRUN", SCHED_FLAG_DL_OVERRUN},
    Named{"SCHED_FLAG_KEEP_POLICY", SCHED_FLAG_KEEP_POLICY},
    Named{"SCHED_FLAG_KEEP_PARAMS", SCHED_FLAG_KEEP_PARAMS},
    Named{"SCHED_FLAG_UTIL_CLAMP_MIN", SCHED_FLAG_UTIL_CLAMP_MIN},
    Named{"SCHED_FLAG_UTIL_CLAMP_MAX", SCHED_FLAG_UTIL_CLAMP_MAX},
};

constexpr std::array io_classes{
    Named{"IOPRIO_CLASS_RT", 1},
    Named{"IOPRIO_CLASS_BE", 2},
    Named{"IOPRIO_CLASS_IDLE", 3},
};

template <class Table>
std::uint32_t number_of(const Table& table, const JsonReader& name) {
    const auto found = std::ranges::find_if(
        table, [&](const Named& entry) { return name.string() == entry.name; });
    if (found == table.end()) name.reject("unknown word \"" + name.string() + "\"");
    return found->number;
}

kernel::SchedulingAttributes parse_scheduler(const JsonReader& scheduler) {
    kernel::SchedulingAttributes parsed{.policy = number_of(policies, scheduler.at("policy"))};
    if (const auto list = scheduler.find("flags")) {
        for (const JsonReader& flag : list->elements())
            parsed.flags |= number_of(flags, flag);
    }
    if (const auto nice = scheduler.find("nice")) {
        if (nice->integer() < -20 || nice->integer() > 19) nice->reject("want -20 to 19");
        parsed.nice = static_cast<std::int32_t>(nice->integer());
    }
    if (const auto value = scheduler.find("priority")) parsed.priority = value->natural32();
    if (const auto value = scheduler.find("runtime")) parsed.runtime = value->natural();
    if (const auto value = scheduler.find("deadline")) parsed.deadline = value->natural();
    if (const auto value = scheduler.find("period")) parsed.period = value->natural();
    return parsed;
}

IoPriority parse_io_priority(const JsonReader& io_priority) {
    const std::int64_t priority = io_priority.integer_or("priority", 0);
    if (priority < 0 || priority > 7) io_priority.at("priority").reject("want 0 to 7");
    return {.priority_class = static_cast<int>(number_of(io_classes, io_priority.at("class"))),
            .priority = static_cast<int>(priority)};
}

std::vector<unsigned> parse_affinity(const JsonReader& affinity, const char* key) {
    const auto list = affinity.find(key);
    if (!list || list->string().empty()) return {};
    try {
        return parse_processors(list->string());
    } catch (const BadParameter& error) {
        list->reject(error.what());
    }
}

}  // namespace

std::vector<unsigned> parse_processors(const std::string& list) {
    const auto refuse = [&] {
        throw BadParameter("want processors as in 0-2,7, not \"" + list + "\"");
    };
    constexpr unsigned most = 1023;  // of a cpu_set_t
    std::vector<unsigned> processors;
    const char* at = list.data();
    const char* const end = at + list.size();
    const auto number = [&] {
        unsigned value = 0;
        const auto [next, error] = std::from_chars(at, end, value);
        if (error != std::errc{} || value > most) refuse();
        at = next;
        return value;
    };
    for (;;) {
        const unsigned first = number();
        unsigned last = first;
        if (at != end && *at == '-') {
            ++at;
            last = number();
        }
        for (unsigned processor = first; processor <= last; ++processor)
            processors.push_back(processor);
        if (last < first || (at != end && *at != ',')) refuse();
        if (at == end) return processors;
        ++at;
    }
}

Scheduling parse_scheduling(const JsonReader& process) {
    Scheduling parsed;
    if (const auto member = process.find("scheduler")) parsed.processor = parse_scheduler(*member);
    if (const auto member = process.find("ioPriority")) parsed.disk = parse_io_priority(*member);
    if (const auto member = process.find("execCPUAffinity")) {
        parsed.initial_affinity = parse_affinity(*member, "initial");
        parsed.final_affinity = parse_affinity(*member, "final");
    }
    return parsed;
}

void set_scheduling(const Scheduling& scheduling) {
    if (scheduling.processor) {
        kernel::set_scheduling(*scheduling.processor, {4, "how it competes for the processors"});
    }
    if (scheduling.disk) {
        kernel::set_io_priority(scheduling.disk->priority_class, scheduling.disk->priority,
                                {4, "how it competes for the disks"});
    }
}

}  // namespace minidock::security
