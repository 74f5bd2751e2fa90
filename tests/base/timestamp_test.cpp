#include "minidock/base/timestamp.hpp"

#include <gtest/gtest.h>

namespace minidock {
namespace {

using namespace std::chrono_literals;

const Timestamp noon = std::chrono::sys_days{std::chrono::year{2024} / 5 / 1} + 12h;

TEST(Timestamp, IsWrittenAsGoWritesIt) {
    EXPECT_EQ(to_rfc3339(noon), "2024-05-01T12:00:00Z");
    EXPECT_EQ(to_rfc3339(noon + 120ms), "2024-05-01T12:00:00.12Z");
    EXPECT_EQ(to_rfc3339(noon + 1ns), "2024-05-01T12:00:00.000000001Z");
    EXPECT_EQ(to_rfc3339_padded(noon), "2024-05-01T12:00:00.000000000Z");
}

TEST(Timestamp, IsReadWithAnyOffset) {
    EXPECT_EQ(from_rfc3339("2024-05-01T12:00:00Z"), noon);
    EXPECT_EQ(from_rfc3339("2024-05-01T14:30:00.5+02:30"), noon + 500ms);
    EXPECT_EQ(from_rfc3339("2024-05-01T07:00:00.123456789-05:00"), noon + 123456789ns);
}

TEST(Timestamp, TextThatIsNoTimeIsNothing) {
    for (const char* text :
         {"", "2024-05-01", "2024-13-01T00:00:00Z", "2024-02-30T00:00:00Z", "2024-05-01T25:00:00Z",
          "2024-05-01T12:00:00", "x", "2024-05-01T12:00:00.Z", "0001-01-01T00:00:00Z"}) {
        EXPECT_FALSE(from_rfc3339(text).has_value()) << text;
    }
}

TEST(Timestamp, NowIsReadBackAsItself) {
    const Timestamp time = now();
    EXPECT_EQ(from_rfc3339(to_rfc3339(time)), time);
}

}  // namespace
}  // namespace minidock
