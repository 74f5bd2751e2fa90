#include "minidock/base/kernel/scheduling.hpp"

#include <sched.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "minidock/base/error.hpp"

namespace minidock::kernel {

using trace::Arguments;
using trace::traced;

namespace {

/// The kernel's struct sched_attr (sched_setattr(2)), first edition. Its header cannot be included
/// beside the C library's <sched.h>.
struct KernelAttributes {
    std::uint32_t size;
    std::uint32_t policy;
    std::uint64_t flags;
    std::int32_t nice;
    std::uint32_t priority;
    std::uint64_t runtime;
    std::uint64_t deadline;
    std::uint64_t period;
};

}  // namespace

void set_scheduling(const SchedulingAttributes& attributes, const Why& why) {
    const KernelAttributes request{.size = sizeof(KernelAttributes),
                                   .policy = attributes.policy,
                                   .flags = attributes.flags,
                                   .nice = attributes.nice,
                                   .priority = attributes.priority,
                                   .runtime = attributes.runtime,
                                   .deadline = attributes.deadline,
                                   .period = attributes.period};
    const long result = traced(
        "sched_setattr", why, [&] { return ::syscall(SYS_sched_setattr, 0, &request, 0); },
        [&](Arguments& a) {
            a.number(0).word("{sched_policy=" + std::to_string(attributes.policy));
            a.word("sched_nice=" + std::to_string(attributes.nice));
            a.word("sched_priority=" + std::to_string(attributes.priority) + "}").number(0);
        });
    if (result < 0) throw SystemError("set the scheduling policy");
}

void set_affinity(pid_t pid, const std::vector<unsigned>& processors, const Why& why) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const unsigned processor : processors) {
        if (processor >= CPU_SETSIZE) throw SystemError("run on that many processors", EINVAL);
        CPU_SET(processor, &set);
    }
    const int result = traced(
        "sched_setaffinity", why, [&] { return ::sched_setaffinity(pid, sizeof set, &set); },
        [&](Arguments& a) {
            Arguments list;
            for (const unsigned processor : processors)
                list.number(processor);
            a.number(pid).number(sizeof set).word("[" + list.str() + "]");
        });
    if (result < 0) throw SystemError("choose the processors of a process");
}

void set_io_priority(int priority_class, int priority, const Why& why) {
    // linux/ioprio.h: the class stands above 13 bits of priority; "who" is a process: the caller.
    constexpr int class_shift = 13;
    constexpr int who_process = 1;
    const int value = priority_class << class_shift | priority;
    const long result = traced(
        "ioprio_set", why, [&] { return ::syscall(SYS_ioprio_set, who_process, 0, value); },
        [&](Arguments& a) { a.word("IOPRIO_WHO_PROCESS").number(0).number(value); });
    if (result < 0) throw SystemError("set the priority at the disks");
}

void set_personality(unsigned long personality, const Why& why) {
    const int result = traced(
        "personality", why, [&] { return ::personality(personality); },
        [&](Arguments& a) { a.number(static_cast<std::int64_t>(personality)); });
    if (result < 0) throw SystemError("set the personality");
}

}  // namespace minidock::kernel
