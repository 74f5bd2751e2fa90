// What the kernel must show when a group is limited, on whichever layout this machine has.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/cgroups/processes.hpp"
#include "minidock/cgroups/text.hpp"
#include "scratch_group.hpp"

namespace minidock::cgroups {
namespace {

using namespace std::chrono_literals;
using test::ScratchGroup;

constexpr std::int64_t mib = 1024 * 1024;

TEST(Cgroups, ANewGroupHoldsNothing) {
    ScratchGroup group;
    EXPECT_TRUE(group->processes().empty());
    EXPECT_EQ(group->oom_kills(), 0U);
}

TEST(Cgroups, AProcessIsBornInTheGroupAndItsChildrenStay) {
    ScratchGroup group;
    Child child = group.run([] {
        if (::fork() == 0) test::idle();
        return test::idle();
    });
    while (group->processes().size() < 2)
        std::this_thread::sleep_for(1ms);
    EXPECT_THAT(group->processes(), testing::Contains(child.pid()));
}

TEST(Cgroups, AProcessCanBeMovedInAndIsThenCounted) {
    ScratchGroup group;
    ScratchGroup elsewhere;
    Child child = elsewhere.run(test::idle);
    group->add(child.pid());
    EXPECT_THAT(group->processes(), testing::ElementsAre(child.pid()));
    EXPECT_THAT(elsewhere->processes(), testing::IsEmpty());
    EXPECT_EQ(group->stats().pids.value().current, 1U);
}

TEST(Cgroups, MemoryLimitKillsTheBiggestProcess) {
    ScratchGroup group;
    Resources limits;
    limits.memory.limit = 32 * mib;
    limits.memory.swap = 32 * mib;
    group->set(limits);
    Child small = group.run(test::idle);
    Child big = group.run([] {
        test::use_memory(64 * mib);
        return 0;
    });
    EXPECT_EQ(big.wait().signal, SIGKILL);
    EXPECT_FALSE(small.try_wait());
    EXPECT_EQ(group->oom_kills(), 1U);
}

TEST(Cgroups, BelowItsMemoryLimitAGroupIsLeftAlone) {
    ScratchGroup group;
    Resources limits;
    limits.memory.limit = 64 * mib;
    group->set(limits);
    Child child = group.run([] {
        test::use_memory(16 * mib);
        return 0;
    });
    EXPECT_TRUE(child.wait().success());
    EXPECT_EQ(group->oom_kills(), 0U);
    EXPECT_EQ(group->stats().memory.value().limit, 64U * mib);
    EXPECT_GE(group->stats().memory.value().peak, 16U * mib);
}

TEST(Cgroups, MemoryLimitCanBeRaisedAndLoweredAndLifted) {
    ScratchGroup group;
    for (const std::int64_t limit : {64 * mib, 256 * mib, 32 * mib}) {
        Resources limits;
        limits.memory.limit = limit;
        limits.memory.swap = 2 * limit;
        group->set(limits);
        EXPECT_EQ(group->stats().memory.value().limit, static_cast<std::uint64_t>(limit));
    }
    Resources lifted;
    lifted.memory.limit = -1;
    group->set(lifted);
    EXPECT_EQ(group->stats().memory.value().limit, unlimited);
}

TEST(Cgroups, CpuQuotaThrottles) {
    ScratchGroup group;
    Resources limits;
    limits.cpu.quota = 10'000;
    limits.cpu.period = 100'000;
    group->set(limits);
    Child child = group.run(test::spin);
    // The time is counted when a throttled group may run again, the period when it was stopped.
    CpuStats cpu;
    while (cpu.throttled_periods < 3 || cpu.throttled_us == 0) {
        std::this_thread::sleep_for(50ms);
        cpu = group->stats().cpu.value();
    }
    // It got its quota in each period, and at most one scheduler tick more.
    EXPECT_LE(cpu.usage_us, (cpu.periods + 1) * 20'000);
}

TEST(Cgroups, PidsLimitStopsAForkBomb) {
    ScratchGroup group;
    Resources limits;
    limits.pids.limit = 10;
    group->set(limits);
    Child bomb = group.run([] {
        for (int born = 1;; ++born) {
            const pid_t pid = ::fork();
            if (pid == 0) test::idle();
            if (pid < 0) return errno == EAGAIN ? born : 255;
        }
    });
    EXPECT_EQ(bomb.wait().code, 10);
    EXPECT_EQ(group->stats().pids.value().current, 9U);
}

TEST(Cgroups, CpusetKeepsAProcessOnItsProcessor) {
    ScratchGroup group;
    Resources limits;
    limits.cpu.cpus = "0";
    group->set(limits);
    Child child = group.run([] {
        cpu_set_t allowed;
        ::sched_getaffinity(0, sizeof allowed, &allowed);
        return CPU_COUNT(&allowed) == 1 && CPU_ISSET(0, &allowed) ? 0 : 1;
    });
    EXPECT_TRUE(child.wait().success());
}

TEST(Cgroups, FreezingStopsProgressAndThawingResumesIt) {
    ScratchGroup group;
    Child child = group.run(test::spin);
    group->freeze();
    EXPECT_TRUE(group->frozen());
    const std::uint64_t before = group->stats().cpu.value().usage_us;
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(group->stats().cpu.value().usage_us, before);
    group->thaw();
    EXPECT_FALSE(group->frozen());
    while (group->stats().cpu.value().usage_us == before)
        std::this_thread::sleep_for(1ms);
}

/// Whether a process can open this device: 0, or the errno.
int open_device(const char* path, int flags) {
    const Fd fd{::open(path, flags | O_CLOEXEC)};
    return fd ? 0 : errno;
}

TEST(Cgroups, DeviceFilterRefusesWhatIsNotAllowed) {
    ScratchGroup group;
    Resources limits;
    limits.devices = {parse_device_rule("a", false), parse_device_rule("c 1:3 rwm", true),
                      parse_device_rule("c 1:5 r", true)};
    group->set(limits);
    const auto try_open = [&](const char* path, int flags) {
        return group.run([=] { return open_device(path, flags); }).wait().code;
    };
    EXPECT_EQ(try_open("/dev/null", O_RDWR), 0);
    EXPECT_EQ(try_open("/dev/zero", O_RDONLY), 0);
    EXPECT_EQ(try_open("/dev/zero", O_RDWR), EPERM);
    EXPECT_EQ(try_open("/dev/full", O_RDONLY), EPERM);
}

TEST(Cgroups, DeviceFilterCanBeReplaced) {
    ScratchGroup group;
    Resources limits;
    limits.devices = {parse_device_rule("a", false)};
    group->set(limits);
    limits.devices = {parse_device_rule("a", true), parse_device_rule("c 1:7 rwm", false)};
    group->set(limits);
    EXPECT_EQ(group.run([] { return open_device("/dev/null", O_RDWR); }).wait().code, 0);
    EXPECT_EQ(group.run([] { return open_device("/dev/full", O_RDONLY); }).wait().code, EPERM);
}

TEST(Cgroups, KillEmptiesTheGroup) {
    ScratchGroup group;
    Child parent = group.run([] {
        for (int i = 0; i < 5; ++i) {
            if (::fork() == 0) test::idle();
        }
        return test::idle();
    });
    while (group->processes().size() < 6)
        std::this_thread::sleep_for(1ms);
    group->kill();
    EXPECT_TRUE(group->wait_until_empty(10s));
    EXPECT_EQ(parent.wait().signal, SIGKILL);
    EXPECT_TRUE(group->processes().empty());
}

TEST(Cgroups, KillReachesFrozenProcesses) {
    ScratchGroup group;
    Child child = group.run(test::spin);
    group->freeze();
    group->kill();
    EXPECT_EQ(child.wait().signal, SIGKILL);
}

/// The folder that holds the group's processes, as processes.hpp wants it.
struct Home {
    std::string folder;
    Version version;
};

Home home_of(Group& group) {
    const Hierarchies& machine = Hierarchies::of_this_machine();
    if (machine.unified()) return {*machine.unified() + group.path(), Version::v2};
    return {*machine.v1(Controller::freezer) + group.path(), Version::v1};
}

TEST(KillOneByOne, EmptiesTheGroupWithoutCgroupKill) {
    ScratchGroup group;
    Child parent = group.run([] {
        for (int i = 0; i < 5; ++i) {
            if (::fork() == 0) test::idle();
        }
        return test::idle();
    });
    while (group->processes().size() < 6)
        std::this_thread::sleep_for(1ms);
    kill_one_by_one(home_of(*group).folder, home_of(*group).version);
    EXPECT_TRUE(group->wait_until_empty(10s));
    EXPECT_EQ(parent.wait().signal, SIGKILL);
}

TEST(KillOneByOne, ReachesProcessesThatForkAllTheTime) {
    ScratchGroup group;
    Child parent = group.run([] {
        // Each lives for a moment, and has a successor: a list of them is old when it is read.
        while (::fork() == 0) {
        }
        return 0;
    });
    kill_one_by_one(home_of(*group).folder, home_of(*group).version);
    EXPECT_TRUE(group->wait_until_empty(10s));
}

TEST(KillOneByOne, LeavesTheGroupThawed) {
    ScratchGroup group;
    Child child = group.run(test::idle);
    kill_one_by_one(home_of(*group).folder, home_of(*group).version);
    EXPECT_EQ(child.wait().signal, SIGKILL);
    EXPECT_EQ(group.run([] { return 7; }).wait().code, 7);
}

TEST(Cgroups, RemoveLeavesNothing) {
    ScratchGroup group;
    Resources limits;
    limits.memory.limit = 64 * mib;
    limits.cpu.shares = 512;
    limits.cpu.cpus = "0";
    limits.pids.limit = 10;
    group->set(limits);
    EXPECT_TRUE(group.run([] { return 0; }).wait().success());
    group->remove();
    const std::string path = group->path();
    const Hierarchies& machine = Hierarchies::of_this_machine();
    if (machine.unified()) {
        EXPECT_NE(::access((*machine.unified() + path).c_str(), F_OK), 0);
    }
    for (const auto& [controller, tree] : machine.v1_trees())
        EXPECT_NE(::access((tree + path).c_str(), F_OK), 0) << tree;
    EXPECT_THROW(Group::open(path), NotFound);
}

TEST(Cgroups, RemoveWaitsForProcessesThatAreEnding) {
    ScratchGroup group;
    Child child = group.run(test::idle);
    Group again = Group::open(group->path());
    again.kill();
    again.remove();
    EXPECT_THROW(Group::open(group->path()), NotFound);
    EXPECT_EQ(child.wait().signal, SIGKILL);
}

TEST(Cgroups, AGroupWithProcessesIsNotTakenForANewOne) {
    ScratchGroup group;
    Child child = group.run(test::idle);
    EXPECT_THROW(Group::create(group->path()), Conflict);
}

TEST(Cgroups, AWrongValueIsRefusedByFileAndReason) {
    ScratchGroup group;
    Resources limits;
    limits.cpu.cpus = "4000";
    try {
        group->set(limits);
        FAIL() << "a processor that is not there was accepted";
    } catch (const RequestError& refused) {
        EXPECT_THAT(refused.what(), testing::HasSubstr("cannot limit cpuset"));
        EXPECT_THAT(refused.what(), testing::HasSubstr("cpuset.cpus"));
    }
}

TEST(Cgroups, PressureIsReadWhereTheKernelHasIt) {
    ScratchGroup group;
    Child child = group.run(test::spin);
    if (::access("/proc/pressure/cpu", R_OK) != 0 || !Hierarchies::of_this_machine().unified()) {
        GTEST_SKIP() << "this kernel has no pressure stall information";
    }
    EXPECT_TRUE(group->stats().cpu_pressure.has_value());
}

}  // namespace
}  // namespace minidock::cgroups
