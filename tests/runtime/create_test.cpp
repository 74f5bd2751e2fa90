// What `create` and `run` do with what they cannot run: one line, an exit code, nothing left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/fd.hpp"
#include "tests/minirun/minirun.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct Failure {
    int status;
    std::string error;
};

Failure failure_of(Bundle& bundle) {
    const Outcome outcome = run_bundle(bundle);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(leftovers(bundle), IsEmpty());
    return {outcome.status, outcome.err};
}

TEST(Create, AProgramThatIsNotInPathIs127) {
    Bundle bundle{{"no-such-program"}};
    const Failure failure = failure_of(bundle);
    EXPECT_EQ(failure.status, 127);
    EXPECT_EQ(failure.error,
              "minirun: exec: \"no-such-program\": executable file not found in $PATH\n");
}

TEST(Create, APathThatIsNotThereIs127) {
    Bundle bundle{{"/bin/no-such-program"}};
    const Failure failure = failure_of(bundle);
    EXPECT_EQ(failure.status, 127);
    EXPECT_THAT(failure.error, HasSubstr("no such file or directory"));
}

TEST(Create, AFileThatIsNoProgramIs126) {
    Bundle bundle{{"/etc/passwd"}};
    write_atomically(bundle.root() + "/etc/passwd", "root", Durability::crash);
    const Failure failure = failure_of(bundle);
    EXPECT_EQ(failure.status, 126);
    EXPECT_EQ(failure.error, "minirun: exec: \"/etc/passwd\": permission denied\n");
}

TEST(Create, AFolderIs126) {
    Bundle bundle{{"/etc"}};
    EXPECT_EQ(failure_of(bundle).status, 126);
}

TEST(Create, AnUnknownFormatIs126AndToldByTheContainer) {
    Bundle bundle{{"/bin/garbage"}};
    write_atomically(bundle.root() + "/bin/garbage", "\x7f garbage", Durability::crash);
    ::chmod((bundle.root() + "/bin/garbage").c_str(), 0755);
    const Failure failure = failure_of(bundle);
    EXPECT_EQ(failure.status, 126);
    EXPECT_THAT(failure.error, HasSubstr("Exec format error"));
}

TEST(Create, AFaultyConfigIsNamedWithItsPlace) {
    Bundle bundle{{"true"}};
    bundle.config["process"]["args"] = Json::array();
    const Failure failure = failure_of(bundle);
    EXPECT_EQ(failure.status, 1);
    EXPECT_EQ(failure.error, "minirun: process.args: must not be empty\n");
}

TEST(Create, AMissingConfigIsNamed) {
    const Outcome outcome = run({program("minirun"), "run", "--bundle", "/usr", "box"});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_EQ(outcome.err, "minirun: open /usr/config.json: No such file or directory\n");
}

TEST(Create, AnIdThatIsAPathIsRefused) {
    Bundle bundle{{"true"}};
    const Outcome outcome = minirun(bundle, {"run", "--bundle", bundle.path(), "../../etc"});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.err, HasSubstr("container id \"../../etc\": want letters"));
}

TEST(Create, ALimitBelowTheKernelsMinimumLeavesNothing) {
    Bundle bundle{{"true"}};
    bundle.config["linux"]["resources"]["cpu"] = {{"quota", 1}, {"period", 100000}};
    EXPECT_EQ(failure_of(bundle).status, 1);
}

TEST(Create, ErrorsGoToTheLogThatCallersOfRuncRead) {
    Bundle bundle{{"no-such-program"}};
    const std::string log = bundle.file("log.json");
    run({program("minirun"), "--root", bundle.state_root(), "--log", log, "--log-format", "json",
         "run", "--bundle", bundle.path(), "box"});
    const Json line = parse_json(read_file(log), "the log");
    EXPECT_EQ(line.at("level"), "error");
    EXPECT_EQ(line.at("msg"), "exec: \"no-such-program\": executable file not found in $PATH");
    EXPECT_TRUE(line.contains("time"));
}

TEST(Create, WithDebugTheLogTellsWhatWasDone) {
    Bundle bundle{{"sh", "-c", "exit 4"}};
    const std::string log = bundle.file("log.json");
    run({program("minirun"), "--debug", "--root", bundle.state_root(), "--log", log, "--log-format",
         "json", "run", "--bundle", bundle.path(), "box"});
    const Json line = parse_json(read_file(log), "the log");
    EXPECT_EQ(line.at("level"), "debug");
    EXPECT_THAT(line.at("msg").get<std::string>(), testing::EndsWith("box: status 4"));
}

TEST(Create, ATerminalWithoutASocketToHandItOverIsRefused) {
    Bundle bundle{{"true"}};
    bundle.config["process"]["terminal"] = true;
    EXPECT_NE(create_bundle(bundle).status, 0);
    EXPECT_EQ(read_file(bundle.file("errors")),
              "minirun: process.terminal: a terminal needs --console-socket\n");
    EXPECT_THAT(leftovers(bundle), testing::IsEmpty());
}

TEST(Create, WrongWordsGetAMessageAndStatus1) {
    EXPECT_EQ(run({program("minirun"), "fly"}).status, 1);
    EXPECT_EQ(run({program("minirun"), "create"}).status, 1);
    EXPECT_EQ(run({program("minirun"), "--help"}).status, 0);
}

}  // namespace
}  // namespace minidock::test
