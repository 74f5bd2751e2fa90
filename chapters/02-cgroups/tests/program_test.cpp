// The chapter's program: what a reader types, and what comes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "minidock/cgroups/hierarchy.hpp"
#include "tests/support/command.hpp"

namespace minidock {
namespace {

using test::Outcome;
using testing::HasSubstr;

template <class... Word>
Outcome chapter02(Word... words) {
    return test::run({test::program("chapter02"), words...});
}

TEST(Chapter02, DoesWhatChapter01Does) {
    const Outcome outcome = chapter02("run", "--hostname", "inside", "hostname");
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "inside\n");
}

TEST(Chapter02, TellsThatTheKernelKilledForWantOfMemory) {
    const Outcome outcome = chapter02("run", "--memory", "32m", "tail", "/dev/zero");
    EXPECT_EQ(outcome.status, 137);
    EXPECT_EQ(outcome.err, "the kernel killed a process: the group was at its memory limit\n");
}

TEST(Chapter02, LimitsProcesses) {
    const Outcome outcome = chapter02("run", "--pids-limit", "4", "sh", "-c",
                                      "for i in 1 2 3 4 5 6; do sleep 1 & done; wait");
    EXPECT_NE(outcome.status, 0);
    EXPECT_THAT(outcome.err, HasSubstr("fork"));
}

TEST(Chapter02, ChoosesProcessors) {
    EXPECT_EQ(chapter02("run", "--cpuset-cpus", "0", "nproc").out, "1\n");
}

TEST(Chapter02, AllowsTheDevicesThatAreNamed) {
    const Outcome refused =
        chapter02("run", "--device-allow", "c 10:229 rw", "dd", "if=/dev/kmsg", "count=0");
    EXPECT_THAT(refused.err, HasSubstr("Operation not permitted"));
    const Outcome allowed =
        chapter02("run", "--device-allow", "c 1:11 r", "dd", "if=/dev/kmsg", "count=0");
    EXPECT_EQ(allowed.status, 0) << allowed.err;
}

TEST(Chapter02, TheGroupIsWhereTheTreeSeemsToBegin) {
    const Outcome outcome = chapter02("run", "--memory", "64m", "grep", "0::", "/proc/self/cgroup");
    if (cgroups::Hierarchies::of_this_machine().unified()) {
        EXPECT_EQ(outcome.out, "0::/\n");
    } else {
        EXPECT_EQ(outcome.out, "");
    }
}

TEST(Chapter02, AWrongLimitIsOneClearLine) {
    const Outcome outcome = chapter02("run", "--cpuset-cpus", "4000", "true");
    EXPECT_EQ(outcome.status, 125);
    EXPECT_THAT(outcome.err, HasSubstr("chapter02: cannot limit cpuset"));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1);
}

TEST(Chapter02, ACommandThatIsNotThereLeavesNoGroup) {
    const Outcome outcome = chapter02("run", "--name", "not-there", "no-such-command");
    EXPECT_EQ(outcome.status, 127);
    const Outcome gone = chapter02("stats", "not-there");
    EXPECT_EQ(gone.status, 125);
    EXPECT_EQ(gone.err, "chapter02: no control group /chapter02-not-there\n");
}

TEST(Chapter02, CanBeLookedAtFrozenAndThawed) {
    const std::string self = test::program("chapter02");
    const Outcome outcome =
        test::run({"sh", "-c",
                   self + " run --init --name test-look --memory 64m sleep 100 & until " + self +
                       " stats test-look > /dev/null 2>&1; do sleep 0.05; done; " + self +
                       " freeze test-look; " + self + " stats test-look; " + self +
                       " thaw test-look; kill $!; wait $!"});
    EXPECT_THAT(outcome.out, HasSubstr("of 64.0 MiB"));
    EXPECT_THAT(outcome.out, HasSubstr("frozen\n"));
    EXPECT_EQ(outcome.status, 143) << outcome.err;
}

TEST(Chapter02, ExplainsWhatTheGroupCosts) {
    const Outcome outcome = chapter02("run", "--explain", "--pids-limit", "20", "true");
    EXPECT_THAT(outcome.err, HasSubstr("pids.max>, \"20\", 2) = 2"));
    EXPECT_THAT(outcome.err, HasSubstr("chapter 02: beyond this many"));
}

}  // namespace
}  // namespace minidock
