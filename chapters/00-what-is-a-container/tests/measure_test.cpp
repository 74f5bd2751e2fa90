#include "chapters/00-what-is-a-container/measure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

#include "minidock/base/error.hpp"

namespace minidock::chapter00 {
namespace {

TEST(Median, IsTheMiddleValue) {
    EXPECT_DOUBLE_EQ(median({3}), 3);
    EXPECT_DOUBLE_EQ(median({9, 1, 5}), 5);
    EXPECT_DOUBLE_EQ(median({1, 1, 1, 1, 1000}), 1) << "one disturbed run changes nothing";
}

TEST(Median, OfAnEvenNumberIsTheMeanOfTheMiddleTwo) {
    EXPECT_DOUBLE_EQ(median({4, 1, 2, 100}), 3);
}

TEST(Median, OfNothingIsRefused) {
    EXPECT_THROW(median({}), BadParameter);
}

// As the kernel prints it; proc(5), /proc/PID/smaps_rollup.
constexpr const char* smaps_rollup =
    "55e0c0c00000-7ffd2a5f5000 ---p 00000000 00:00 0                          [rollup]\n"
    "Rss:                1884 kB\n"
    "Pss:                 457 kB\n"
    "Pss_Anon:            112 kB\n"
    "Pss_File:            345 kB\n"
    "Shared_Clean:       1772 kB\n";

TEST(Pss, IsReadFromItsLineInBytes) {
    EXPECT_EQ(pss_in(smaps_rollup), 457U * 1024);
    EXPECT_EQ(pss_in("x\nPss:                   0 kB\n"), 0U);
}

TEST(Pss, WithoutTheLineIsRefused) {
    EXPECT_THROW(pss_in(""), BadParameter);
    EXPECT_THROW(pss_in("x\nRss: 12 kB\nSwapPss: 7 kB\nPss_Anon: 3 kB\n"), BadParameter);
}

TEST(Pss, GrowsWithWhatAProcessWritesTo) {
    const std::uint64_t before = pss_of(::getpid());
    constexpr std::size_t size = 8 << 20;
    const std::vector<char> memory(size, 'x');
    EXPECT_GE(pss_of(::getpid()), before + size * 9 / 10) << memory[size / 2];
}

}  // namespace
}  // namespace minidock::chapter00
