// Reading the kernel's control files.
#include "minidock/cgroups/stats.hpp"

#include <gtest/gtest.h>

#include "minidock/cgroups/controller.hpp"
#include "minidock/cgroups/text.hpp"

namespace minidock::cgroups {
namespace {

TEST(ControlFiles, MaxIsUnlimited) {
    EXPECT_EQ(to_number("max\n"), unlimited);
    EXPECT_EQ(to_number("4096\n"), 4096U);
    EXPECT_EQ(to_number(""), 0U);
}

TEST(ControlFiles, AKeyIsFoundByItsWholeName) {
    const char* events = "low 0\nhigh 0\nmax 7\noom 2\noom_kill 1\noom_group_kill 0\n";
    EXPECT_EQ(value_of(events, "oom_kill"), 1U);
    EXPECT_EQ(value_of(events, "oom"), 2U);
    EXPECT_EQ(value_of(events, "kill"), 0U);
}

TEST(ControlFiles, TheLastLineNeedsNoEnd) {
    EXPECT_EQ(value_of("a 1\nb 2", "b"), 2U);
}

TEST(ControlFiles, PressureHasSomeAndFull) {
    const Pressure pressure = parse_pressure(
        "some avg10=1.53 avg60=0.87 avg300=0.30 total=161341\n"
        "full avg10=0.02 avg60=0.00 avg300=0.00 total=12\n");
    EXPECT_DOUBLE_EQ(pressure.some.percent_10s, 1.53);
    EXPECT_DOUBLE_EQ(pressure.some.percent_300s, 0.30);
    EXPECT_EQ(pressure.some.total_us, 161341U);
    EXPECT_DOUBLE_EQ(pressure.full.percent_10s, 0.02);
    EXPECT_EQ(pressure.full.total_us, 12U);
}

TEST(ControlFiles, IoIsCountedForEachDevice) {
    const std::vector<IoStats> devices = parse_io_stat(
        "8:16 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=0 dios=0\n"
        "254:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n");
    ASSERT_EQ(devices.size(), 2U);
    EXPECT_EQ(devices[0].major, 8U);
    EXPECT_EQ(devices[0].minor, 16U);
    EXPECT_EQ(devices[0].written_bytes, 314773504U);
    EXPECT_EQ(devices[0].reads, 192U);
    EXPECT_EQ(devices[1].major, 254U);
    EXPECT_EQ(devices[1].read_bytes, 4096U);
}

TEST(ControlFiles, ControllersWeHaveNoUseForAreLeftOut) {
    EXPECT_EQ(parse_controllers("cpuset cpu io memory hugetlb pids rdma misc\n", Version::v2),
              (ControllerSet{Controller::cpuset, Controller::cpu, Controller::io,
                             Controller::memory, Controller::hugetlb, Controller::pids}));
    EXPECT_EQ(parse_controllers("rw,blkio", Version::v1), ControllerSet{Controller::io});
    EXPECT_TRUE(parse_controllers("", Version::v2).empty());
}

}  // namespace
}  // namespace minidock::cgroups
