// Which number goes to which file, on v2 and on v1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "minidock/base/error.hpp"
#include "minidock/cgroups/setting.hpp"

namespace minidock::cgroups {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr ControllerSet all{Controller::cpu,  Controller::cpuset, Controller::memory,
                            Controller::pids, Controller::io,     Controller::hugetlb};

std::vector<std::string> lines(const std::vector<Setting>& settings) {
    std::vector<std::string> text;
    for (const Setting& setting : settings)
        text.push_back(setting.file + " = " + setting.value);
    return text;
}

std::vector<std::string> on_v2(const Resources& resources) {
    return lines(v2_settings(resources, all));
}

std::vector<std::string> on_v1(const Resources& resources, Age age = Age::fresh) {
    return lines(v1_settings(resources, all, age));
}

TEST(Settings, NothingAskedForIsNothingWritten) {
    EXPECT_THAT(on_v2({}), IsEmpty());
    EXPECT_THAT(on_v1({}), IsEmpty());
}

TEST(Settings, MemoryAndSwapAreSplitOnV2) {
    Resources r;
    r.memory.limit = 1000;
    r.memory.swap = 1500;
    r.memory.reservation = 500;
    EXPECT_THAT(on_v2(r),
                ElementsAre("memory.swap.max = 500", "memory.max = 1000", "memory.low = 500"));
    EXPECT_THAT(on_v1(r),
                ElementsAre("memory.limit_in_bytes = 1000", "memory.memsw.limit_in_bytes = 1500",
                            "memory.soft_limit_in_bytes = 500"));
}

TEST(Settings, LiftingTheMemoryLimitLiftsThatOnSwap) {
    Resources r;
    r.memory.limit = -1;
    EXPECT_THAT(on_v2(r), ElementsAre("memory.swap.max = max", "memory.max = max"));
    EXPECT_THAT(on_v1(r),
                ElementsAre("memory.limit_in_bytes = -1", "memory.memsw.limit_in_bytes = -1"));
}

TEST(Settings, AUsedGroupOfV1ChangesItsLimitsByWayOfUnlimited) {
    Resources r;
    r.memory.limit = 1000;
    r.memory.swap = 1500;
    EXPECT_THAT(on_v1(r, Age::used),
                ElementsAre("memory.memsw.limit_in_bytes = -1", "memory.limit_in_bytes = 1000",
                            "memory.memsw.limit_in_bytes = 1500"));
}

TEST(Settings, AMemoryLimitOfZeroIsNotGiven) {
    Resources r;
    r.memory.limit = 0;
    r.pids.limit = 0;
    EXPECT_THAT(on_v2(r), IsEmpty());
    EXPECT_THAT(on_v1(r), IsEmpty());
}

TEST(Settings, QuotaAndPeriodAreOneFileOnV2AndTwoOnV1) {
    Resources r;
    r.cpu.quota = 50'000;
    r.cpu.period = 200'000;
    EXPECT_THAT(on_v2(r), ElementsAre("cpu.max = 50000 200000"));
    EXPECT_THAT(on_v1(r), ElementsAre("cpu.cfs_period_us = 200000", "cpu.cfs_quota_us = 50000"));
}

TEST(Settings, AQuotaWithoutAPeriodIsForATenthOfASecond) {
    Resources r;
    r.cpu.quota = 50'000;
    EXPECT_THAT(on_v2(r), ElementsAre("cpu.max = 50000 100000"));
}

TEST(Settings, NoQuotaIsMax) {
    Resources r;
    r.cpu.quota = -1;
    EXPECT_THAT(on_v2(r), ElementsAre("cpu.max = max 100000"));
    EXPECT_THAT(on_v1(r), ElementsAre("cpu.cfs_quota_us = -1"));
    r.cpu.quota.reset();
    r.cpu.period = 50'000;
    EXPECT_THAT(on_v2(r), ElementsAre("cpu.max = max 50000"));
}

TEST(Settings, SharesBecomeAWeightOnV2) {
    Resources r;
    r.cpu.shares = 2048;
    EXPECT_THAT(on_v2(r), ElementsAre("cpu.weight = 79"));
    EXPECT_THAT(on_v1(r), ElementsAre("cpu.shares = 2048"));
}

TEST(Settings, AnIdleGroupIsGivenNoWeight) {
    Resources r;
    r.cpu.shares = 2048;
    r.cpu.idle = 1;
    EXPECT_THAT(on_v2(r), ElementsAre("cpu.idle = 1"));
    EXPECT_THAT(on_v1(r), ElementsAre("cpu.idle = 1"));
}

TEST(Settings, PidsAreMaxWhereTheyAreNotLimited) {
    Resources r;
    r.pids.limit = 20;
    EXPECT_THAT(on_v2(r), ElementsAre("pids.max = 20"));
    r.pids.limit = -1;
    EXPECT_THAT(on_v2(r), ElementsAre("pids.max = max"));
    EXPECT_THAT(on_v1(r), ElementsAre("pids.max = max"));
}

TEST(Settings, CpusetTakesProcessorsAndMemoryNodes) {
    Resources r;
    r.cpu.cpus = "0-1";
    r.cpu.mems = "0";
    EXPECT_THAT(on_v2(r), ElementsAre("cpuset.cpus = 0-1", "cpuset.mems = 0"));
    EXPECT_THAT(on_v1(r), ElementsAre("cpuset.cpus = 0-1", "cpuset.mems = 0"));
}

TEST(Settings, ThrottlesNameTheDevice) {
    Resources r;
    r.block_io.throttle_read_bps_device = {{8, 0, 1'000'000}};
    r.block_io.throttle_write_iops_device = {{8, 16, 50}};
    EXPECT_THAT(on_v2(r), ElementsAre("io.max = 8:0 rbps=1000000", "io.max = 8:16 wiops=50"));
    EXPECT_THAT(on_v1(r), ElementsAre("blkio.throttle.read_bps_device = 8:0 1000000",
                                      "blkio.throttle.write_iops_device = 8:16 50"));
}

TEST(Settings, AnIoWeightHasTwoFilesToGoTo) {
    Resources r;
    r.block_io.weight = 1000;
    const std::vector<Setting> settings = v2_settings(r, all);
    EXPECT_THAT(lines(settings), ElementsAre("io.bfq.weight = 1000"));
    EXPECT_EQ(settings.front().otherwise,
              std::pair(std::string{"io.weight"}, std::string{"default 10000"}));
}

TEST(Settings, HugePagesAreLimitedByTheirSize) {
    Resources r;
    r.hugepage_limits = {{"2MB", 4194304}};
    EXPECT_THAT(on_v2(r), ElementsAre("hugetlb.2MB.max = 4194304"));
    EXPECT_THAT(on_v1(r), ElementsAre("hugetlb.2MB.limit_in_bytes = 4194304"));
}

TEST(Settings, AControllerThatIsNotOnThisVersionIsLeftToTheOther) {
    Resources r;
    r.memory.limit = 1000;
    r.pids.limit = 20;
    EXPECT_THAT(lines(v2_settings(r, {Controller::pids})), ElementsAre("pids.max = 20"));
    EXPECT_THAT(lines(v1_settings(r, {Controller::memory}, Age::fresh)),
                ElementsAre("memory.limit_in_bytes = 1000"));
}

TEST(Settings, UnifiedNamesAFileOfV2) {
    Resources r;
    r.unified = {{"memory.high", "1000"}};
    EXPECT_THAT(on_v2(r), ElementsAre("memory.high = 1000"));
    EXPECT_THROW(v2_settings(r, {Controller::pids}), Unsupported);
    r.unified = {{"memory/../../x", "1"}};
    EXPECT_THROW(on_v2(r), BadParameter);
    r.unified = {{"cgroup.procs", "1"}};
    EXPECT_THROW(on_v2(r), BadParameter);
}

TEST(Settings, WhatV2CannotDoIsRefused) {
    Resources r;
    r.memory.disable_oom_killer = true;
    EXPECT_THROW(on_v2(r), Unsupported);
    EXPECT_THAT(on_v1(r), ElementsAre("memory.oom_control = 1"));
    Resources realtime;
    realtime.cpu.realtime_runtime = 1000;
    EXPECT_THROW(on_v2(realtime), Unsupported);
    EXPECT_THAT(on_v1(realtime), ElementsAre("cpu.rt_runtime_us = 1000"));
}

}  // namespace
}  // namespace minidock::cgroups
