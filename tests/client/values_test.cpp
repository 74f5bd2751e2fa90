#include "minidock/client/values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"

#include <fcntl.h>

namespace minidock::client {
namespace {

using testing::ElementsAre;

TEST(Sizes, HaveUnitsOf1024) {
    EXPECT_EQ(parse_size("1024"), 1024);
    EXPECT_EQ(parse_size("64b"), 64);
    EXPECT_EQ(parse_size("64k"), 64 << 10);
    EXPECT_EQ(parse_size("64M"), 64 << 20);
    EXPECT_EQ(parse_size("64mb"), 64 << 20);
    EXPECT_EQ(parse_size("64MiB"), 64 << 20);
    EXPECT_EQ(parse_size("1.5g"), 3 << 29);
}

TEST(Sizes, ThatAreNoneAreNamed) {
    for (const char* text : {"", "m", "64x", "64 m", "-1", "1.2.3m", "64mx", "99999999p"})
        EXPECT_THROW(parse_size(text), BadParameter) << text;
    try {
        parse_size("lots");
    } catch (const BadParameter& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("'lots'"));
    }
}

TEST(Processors, AreCountedInBillionths) {
    EXPECT_EQ(parse_cpus("1"), 1'000'000'000);
    EXPECT_EQ(parse_cpus("0.5"), 500'000'000);
    EXPECT_EQ(parse_cpus("1.25"), 1'250'000'000);
    for (const char* text : {"", "-1", "half", "0.0000000001"})
        EXPECT_THROW(parse_cpus(text), BadParameter) << text;
}

TEST(Variables, WithoutAValueTakeOurs) {
    ::setenv("MINIDOCK_TEST_VARIABLE", "ours", 1);
    EXPECT_EQ(parse_variable("A=b=c"), "A=b=c");
    EXPECT_EQ(parse_variable("A="), "A=");
    EXPECT_EQ(parse_variable("MINIDOCK_TEST_VARIABLE"), "MINIDOCK_TEST_VARIABLE=ours");
    EXPECT_EQ(parse_variable("MINIDOCK_NO_SUCH_VARIABLE"), std::nullopt);
    EXPECT_THROW(parse_variable("=b"), BadParameter);
}

TEST(Variables, InAFileStandOneALineWithComments) {
    const TempDir folder;
    const std::string path = folder / "env";
    write_all(open_file(path, O_WRONLY | O_CREAT, 0600).get(),
              "# comment\n\nA=1\r\n  B=two words # kept\n", path);
    EXPECT_THAT(read_variables(path), ElementsAre("A=1", "B=two words # kept"));
    EXPECT_THROW(read_variables(folder / "none"), SystemError);
}

TEST(Labels, OfOneKeyTheLastCounts) {
    EXPECT_EQ(parse_labels({"a=1", "b", "a=2=x"}), (Json{{"a", "2=x"}, {"b", ""}}));
    EXPECT_EQ(parse_labels({}), Json::object());
}

TEST(DetachKeysText, BecomesTheBytesOfATerminal) {
    EXPECT_EQ(parse_detach_keys("ctrl-p,ctrl-q"), "\x10\x11");
    EXPECT_EQ(parse_detach_keys("a,ctrl-["), "a\x1b");
    EXPECT_THROW(parse_detach_keys("ctrl-p,shift-q"), BadParameter);
}

TEST(Moments, AreUnixTimesDatesOrHowLongAgo) {
    EXPECT_EQ(parse_moment("1700000000.5"), "1700000000.5");
    EXPECT_EQ(parse_moment("2023-11-14T22:13:20Z"), "1700000000.000000000");
    const double now = static_cast<double>(std::time(nullptr));
    EXPECT_NEAR(std::stod(parse_moment("1h30m")), now - 5400, 5);
    EXPECT_THROW(parse_moment("yesterday"), BadParameter);
}

}  // namespace
}  // namespace minidock::client
