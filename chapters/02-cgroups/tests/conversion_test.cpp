#include "minidock/cgroups/conversion.hpp"

#include <gtest/gtest.h>

#include "minidock/base/error.hpp"

namespace minidock::cgroups {
namespace {

TEST(Conversion, TheEndsOfTheScalesMeet) {
    EXPECT_EQ(weight_from_shares(2), 1U);
    EXPECT_EQ(weight_from_shares(262144), 10000U);
    EXPECT_EQ(io_weight_from_blkio(10), 1U);
    EXPECT_EQ(io_weight_from_blkio(1000), 10000U);
}

TEST(Conversion, SharesAreOnAStraightLine) {
    EXPECT_EQ(weight_from_shares(1024), 39U);
    EXPECT_EQ(weight_from_shares(2048), 79U);
    EXPECT_EQ(weight_from_shares(512), 20U);
}

TEST(Conversion, WhatLiesOutsideTheScaleCountsAsItsEnd) {
    EXPECT_EQ(weight_from_shares(0), 1U);
    EXPECT_EQ(weight_from_shares(1'000'000), 10000U);
}

TEST(Conversion, AWeightGoesBackToSharesThatGiveTheSameWeight) {
    for (std::uint64_t weight = 1; weight <= 10000; ++weight)
        ASSERT_EQ(weight_from_shares(shares_from_weight(weight)), weight);
}

TEST(Conversion, SwapAloneIsWhatMemoryLeavesOfBoth) {
    EXPECT_EQ(swap_alone(100, 60), 40);
    EXPECT_EQ(swap_alone(100, 100), 0);
    EXPECT_EQ(swap_alone(-1, 100), -1);
}

TEST(Conversion, ALimitOnBothNeedsOneOnMemoryThatIsNotGreater) {
    EXPECT_THROW(swap_alone(100, 0), BadParameter);
    EXPECT_THROW(swap_alone(100, -1), BadParameter);
    EXPECT_THROW(swap_alone(100, 101), BadParameter);
}

}  // namespace
}  // namespace minidock::cgroups
