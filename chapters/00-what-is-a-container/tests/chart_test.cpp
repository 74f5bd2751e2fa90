#include "chapters/00-what-is-a-container/chart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace minidock::chapter00 {
namespace {

using testing::HasSubstr;

const std::vector<Cost> costs{
    {.way = "process",
     .start_ms = 0.94,
     .memory_bytes = 300 * 1024,
     .memory_of = "its PSS",
     .disk_bytes = 2 << 20,
     .disk_of = "the program"},
    {.way = "machine",
     .start_ms = 2500,
     .memory_bytes = 190 << 20,
     .memory_of = "PSS of QEMU",
     .disk_bytes = 16 << 20,
     .disk_of = "kernel and initrd"},
};

TEST(Chart, ABarOfTenTimesTheValueIsAStepLonger) {
    EXPECT_DOUBLE_EQ(bar_length(1, 1, 1000), 0);
    EXPECT_DOUBLE_EQ(bar_length(10, 1, 1000), 1.0 / 3);
    EXPECT_DOUBLE_EQ(bar_length(100, 1, 1000), 2.0 / 3);
    EXPECT_DOUBLE_EQ(bar_length(1000, 1, 1000), 1);
}

TEST(Chart, ABarNeverLeavesItsPlace) {
    EXPECT_DOUBLE_EQ(bar_length(0.5, 1, 1000), 0);
    EXPECT_DOUBLE_EQ(bar_length(0, 1, 1000), 0);
    EXPECT_DOUBLE_EQ(bar_length(7, 1, 0), 0) << "nothing was measured";
}

TEST(Chart, TheTableSaysWhoseMemoryItIs) {
    const std::string text = table(costs);
    EXPECT_THAT(text, HasSubstr("0.9 ms"));
    EXPECT_THAT(text, HasSubstr("300 KiB"));
    EXPECT_THAT(text, HasSubstr("190.0 MiB"));
    EXPECT_THAT(text, HasSubstr("PSS of QEMU"));
    EXPECT_THAT(text, HasSubstr("kernel and initrd"));
}

TEST(Chart, TheDrawingHasABarForEachFigure) {
    const std::string text = svg(costs);
    EXPECT_THAT(text, testing::StartsWith("<svg "));
    EXPECT_THAT(text, testing::EndsWith("</svg>\n"));
    std::size_t bars_drawn = 0;
    for (std::size_t at = 0; (at = text.find("height=\"18\"", at)) != std::string::npos; ++at) {
        ++bars_drawn;
    }
    EXPECT_EQ(bars_drawn, 3 * costs.size());
}

}  // namespace
}  // namespace minidock::chapter00
