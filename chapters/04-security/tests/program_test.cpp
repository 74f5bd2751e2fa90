// chapter04, the program: what a command may do on a root of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "minidock/base/temp_dir.hpp"
#include "tests/support/bundle.hpp"
#include "tests/support/command.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;

class Chapter04 : public testing::Test {
  protected:
    Chapter04() { make_busybox_root(layer_); }

    Outcome run_with(const std::vector<std::string>& options, const std::string& script) {
        std::vector<std::string> words{program("chapter04"), "run", "--layer", layer_};
        words.insert(words.end(), options.begin(), options.end());
        for (const std::string& word : {std::string{"/bin/sh"}, std::string{"-c"}, script})
            words.push_back(word);
        return run(words);
    }

  private:
    TempDir folder_;
    std::string layer_ = folder_ / "layer";
};

TEST_F(Chapter04, LeavesDockersFourteenCapabilities) {
    const Outcome outcome = run_with({}, "grep -E 'Cap(Eff|Bnd)|Seccomp:' /proc/self/status");
    EXPECT_EQ(outcome.out, "CapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\nSeccomp:\t2\n")
        << outcome.err;
}

TEST_F(Chapter04, TakesAndGivesSinglePowers) {
    const std::string show = "grep CapEff /proc/self/status";
    EXPECT_THAT(run_with({"--cap-drop", "ALL", "--cap-add", "KILL"}, show).out,
                HasSubstr("0000000000000020"));
    EXPECT_EQ(run_with({"--cap-drop", "CHOWN"}, "chown 5 /tmp").status, 1);
    const Outcome unknown = run_with({"--cap-add", "FLY"}, show);
    EXPECT_THAT(unknown.err, HasSubstr("unknown capability \"CAP_FLY\""));
}

TEST_F(Chapter04, IsTheUserAndHasTheLimits) {
    const Outcome outcome = run_with({"--user", "1000:1001", "--ulimit", "nofile=50:60"},
                                     "id -u; id -g; ulimit -Sn; ulimit -Hn");
    EXPECT_EQ(outcome.out, "1000\n1001\n50\n60\n") << outcome.err;
}

TEST_F(Chapter04, TheFilterIsDockersUnlessItIsTakenAway) {
    const std::string unshare = "unshare -U true 2>&1 && echo new";
    EXPECT_THAT(run_with({}, unshare).out, HasSubstr("Operation not permitted"));
    EXPECT_EQ(run_with({"--seccomp", "unconfined"}, unshare).out, "new\n");
    EXPECT_THAT(run_with({"--no-new-privileges"}, "grep NoNew /proc/self/status").out,
                HasSubstr("1"));
}

TEST_F(Chapter04, PowersWithoutARootAreRefused) {
    const Outcome outcome = run({program("chapter04"), "run", "--cap-drop", "ALL", "true"});
    EXPECT_NE(outcome.status, 0);
    EXPECT_THAT(outcome.err, HasSubstr("give it a --layer"));
}

}  // namespace
}  // namespace minidock::test
