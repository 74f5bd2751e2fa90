#include "minidock/namespaces/id_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "minidock/base/error.hpp"

namespace minidock::namespaces {
namespace {

using testing::HasSubstr;
using testing::Property;
using testing::Throws;

const std::vector<IdRange> two_ranges{{0, 1000, 1}, {1, 100000, 65535}};

TEST(IdMap, TextHasALineForEachRange) {
    EXPECT_EQ(map_text(two_ranges), "0 1000 1\n1 100000 65535\n");
    EXPECT_EQ(map_text({}), "");
}

TEST(IdMap, ARangeIsReadFromThreeNumbers) {
    EXPECT_EQ(parse_range("0:100000:65536"), (IdRange{0, 100000, 65536}));
}

TEST(IdMap, WhatIsNoRangeIsRefusedByItsText) {
    for (const char* text : {"", "0", "0:1", "0:1:", "0:1:2:3", "a:1:2", "0:1:-2", " 0:1:2",
                             "0:1:4294967296", "0:1:0"}) {
        EXPECT_THAT([&] { parse_range(text); },
                    Throws<BadParameter>(Property(&BadParameter::what, HasSubstr(text))))
            << text;
    }
}

TEST(IdMap, AnIdInsideStandsForOneOutside) {
    EXPECT_EQ(to_outside(two_ranges, 0), 1000U);
    EXPECT_EQ(to_outside(two_ranges, 1), 100000U);
    EXPECT_EQ(to_outside(two_ranges, 65535), 165534U);
}

TEST(IdMap, AnIdInNoRangeIsRefused) {
    EXPECT_THROW(to_outside(two_ranges, 65536), BadParameter);
    EXPECT_THROW(to_outside({{5, 0, 1}}, 4), BadParameter);
    EXPECT_THROW(to_outside({}, 0), BadParameter);
}

TEST(IdMap, OfThisProcessIsWhatProcShows) {
    const IdMaps maps = id_maps_of(::getpid());
    ASSERT_FALSE(maps.users.empty());
    EXPECT_GE(maps.users.front().size, 1U);
}

}  // namespace
}  // namespace minidock::namespaces
