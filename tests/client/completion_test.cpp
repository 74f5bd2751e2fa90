// What the shells are offered, and the manual pages: both come from the tree that reads the command
// line, so the program itself is asked. No daemon is needed.
#include "minidock/client/completion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"
#include "minidock/client/manual.hpp"
#include "tests/support/command.hpp"

namespace minidock::client {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// The words that may follow these.
std::vector<std::string> offered(std::vector<std::string> words) {
    words.insert(words.begin(), {test::program("minidock"), "-H", "unix:///nobody", "__complete"});
    std::vector<std::string> found;
    std::string text = test::run(words).out;
    for (std::size_t end; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1))
        found.push_back(text.substr(0, text.find('\t')));
    return found;
}

TEST(Completion, OffersCommandsByTheirBeginning) {
    EXPECT_THAT(offered({"re"}), ElementsAre("restart", "rename"));
    EXPECT_THAT(offered({""}), Contains("volume"));
    EXPECT_THAT(offered({""}), Not(Contains("__complete")));
}

TEST(Completion, KnowsTheCommandsOfGroupsAndAliases) {
    EXPECT_THAT(offered({"volume", "in"}), ElementsAre("inspect"));
    EXPECT_THAT(offered({"container", "st"}), ElementsAre("start", "stop", "stats"));
}

TEST(Completion, OffersTheOptionsOfTheCommand) {
    EXPECT_THAT(offered({"rm", "--"}), ElementsAre("--help", "--force", "--volumes"));
    EXPECT_THAT(offered({"-H", "unix:///x", "run", "--mem"}), Contains("--memory"));
    EXPECT_THAT(offered({"volume", "rm", "--f"}), ElementsAre("--force"));
}

TEST(Completion, WithoutADaemonThereAreNoNames) {
    EXPECT_THAT(offered({"stop", ""}), IsEmpty());
}

TEST(Completion, EachShellReadsItsScript) {
    TempDir folder;
    for (const char* shell : {"bash", "zsh", "fish"}) {
        if (!std::filesystem::exists(std::string{"/usr/bin/"} + shell))
            GTEST_SKIP() << shell << " is not installed";
        const std::string command = test::program("minidock") + " completion " + shell + " > " +
                                    (folder / shell) + " && " + shell + " -n " + (folder / shell);
        const test::Outcome outcome = test::run({"sh", "-c", command});
        EXPECT_EQ(outcome.status, 0) << outcome.err;
    }
    EXPECT_EQ(test::run({test::program("minidock"), "completion", "csh"}).err,
              "minidock: no completion for \"csh\": want bash, zsh or fish\n");
}

TEST(Completion, BashCompletesALine) {
    const auto completed = [](const std::string& line) {
        return test::run({"bash", "-c",
                          "PATH=$(dirname \"$1\"):$PATH; source <(minidock completion bash)\n"
                          "COMP_LINE=$2 COMP_POINT=${#2}; _minidock; echo \"${COMPREPLY[*]}\"",
                          "bash", test::program("minidock"), line})
            .out;
    };
    EXPECT_EQ(completed("minidock vol"), "volume\n");
    EXPECT_EQ(completed("minidock volume "), "create inspect ls prune rm\n");
    EXPECT_EQ(completed("minidock rm --fo"), "--force\n");
}

TEST(Completion, FishCompletesALine) {
    if (!std::filesystem::exists("/usr/bin/fish")) GTEST_SKIP() << "fish is not installed";
    const test::Outcome outcome =
        test::run({"fish", "--no-config", "-c",
                   "set PATH (dirname $argv[1]) $PATH; minidock completion fish | source; "
                   "complete -C 'minidock volume in'",
                   test::program("minidock")});
    EXPECT_EQ(outcome.out, "inspect\tDisplay detailed information on one or more volumes\n");
}

TEST(Manual, APageHasNameSynopsisAndOptions) {
    const std::string page = manual_page({"volume rm",
                                          "[OPTIONS] VOLUME [VOLUME...]",
                                          "Remove one or more volumes",
                                          {{{"-f", "--force"}, "", "Force it"}}});
    EXPECT_THAT(page,
                HasSubstr(".SH NAME\nminidock\\-volume\\-rm \\- Remove one or more volumes\n"));
    EXPECT_THAT(page, HasSubstr("\\fBminidock volume rm\\fR [OPTIONS] VOLUME [VOLUME...]\n"));
    EXPECT_THAT(page, HasSubstr(".TP\n\\fB\\-f\\fR, \\fB\\-\\-force\\fR\nForce it\n"));
}

TEST(Manual, EveryPageIsGoodRoff) {
    if (!std::filesystem::exists("/usr/bin/groff")) GTEST_SKIP() << "groff is not installed";
    TempDir folder;
    ASSERT_EQ(test::run({test::program("minidock"), "__manual", folder.path()}).status, 0);
    std::size_t pages = 0;
    for (const auto& page : std::filesystem::directory_iterator{folder.path()}) {
        const test::Outcome outcome =
            test::run({"groff", "-man", "-ww", "-z", "-Tutf8", page.path()});
        EXPECT_EQ(outcome.out + outcome.err, "") << page.path();
        ++pages;
    }
    EXPECT_GT(pages, 40U);
    EXPECT_THAT(read_file(folder / "minidock-run.1"), HasSubstr("\\-\\-memory"));
}

}  // namespace
}  // namespace minidock::client
