#include "minidock/base/trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/file.hpp"
#include "minidock/base/temp_dir.hpp"

namespace minidock {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

std::string traced(const std::function<void()>& work) {
    Pipe pipe = Pipe::make();
    {
        const trace::Scope scope{pipe.write_end.get(), "test"};
        work();
    }
    pipe.write_end.reset();
    return read_all(pipe.read_end.get(), "the trace");
}

TEST(Trace, ShowsTheCallItsResultItsTimeAndTheReason) {
    const TempDir dir;
    const std::string line = traced([&] {
        kernel::mkdir(-100, dir / "new", 0755, {3, "a place to mount on"});
    });
    EXPECT_THAT(line,
                HasSubstr("test      mkdirat(AT_FDCWD, \"" + dir.path() + "/new\", 0755) = 0 <0."));
    EXPECT_THAT(line, HasSubstr("· chapter 03: a place to mount on\n"));
}

TEST(Trace, ShowsWhatTheKernelRefused) {
    const std::string line = traced([] {
        EXPECT_THROW(kernel::mkdir(-100, "/no/such/place", 0700, {3, "x"}), SystemError);
    });
    EXPECT_THAT(line, HasSubstr("= -1 ENOENT (No such file or directory)"));
}

TEST(Trace, KeepsHostileNamesOnOneLine) {
    const std::string line = traced([] {
        EXPECT_THROW(kernel::mkdir(-100, "/no/\nsuch\x01/\"place", 0700, {3, "x"}), SystemError);
    });
    EXPECT_THAT(line, HasSubstr(R"("/no/\nsuch\1/\"place")"));
}

TEST(Trace, SaysNothingWhenItIsOff) {
    EXPECT_EQ(trace::fd(), -1);
    EXPECT_EQ(traced([] {}), "");
}

TEST(Trace, EndsWithItsScope) {
    traced([] { EXPECT_GE(trace::fd(), 0); });
    EXPECT_EQ(trace::fd(), -1);
}

TEST(Arguments, NamesFlagsAndKeepsTheRest) {
    static constexpr std::array names{trace::Flag{1, "ONE"}, trace::Flag{2, "TWO"}};
    trace::Arguments arguments;
    arguments.flags(1 | 2 | 0x40, names).flags(0, names).text(static_cast<const char*>(nullptr));
    EXPECT_EQ(arguments.str(), "ONE|TWO|0x40, 0, NULL");
}

}  // namespace
}  // namespace minidock
