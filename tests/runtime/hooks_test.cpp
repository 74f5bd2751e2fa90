// The OCI runtime specification, config.md, "POSIX-platform Hooks".
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "minidock/base/fd.hpp"
#include "tests/minirun/minirun.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// A hook that runs a line of shell; `$state` is what it read from its standard input.
/// A list of one hook.
Json shell_hook(const std::string& line) {
    return Json::array({{{"path", "/bin/sh"},
                         {"args", {"sh", "-c", "state=$(cat); " + line}},
                         {"env", {"PATH=/bin:/usr/bin"}}}});
}

TEST(Hooks, RunInTheOrderOfTheSpecification) {
    Bundle bundle{{"sh", "-c", "echo program >> /log/log"}};
    const std::string log = bundle.file("log");
    run({"mkdir", log});
    bundle.config["mounts"].push_back({{"destination", "/log"}, {"type", "bind"}, {"source", log}});
    for (const char* name :
         {"prestart", "createRuntime", "createContainer", "poststart", "poststop"}) {
        bundle.config["hooks"][name] =
            shell_hook(std::string{"echo "} + name + " >> " + log + "/log");
    }
    bundle.config["hooks"]["startContainer"] = shell_hook("echo startContainer >> /log/log");
    // So that poststart and the program do not race for a line.
    bundle.config["process"]["args"] = {"sh", "-c", "sleep 0.3; echo program >> /log/log"};
    const Outcome outcome = run_bundle(bundle);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    const std::string order = read_file(log + "/log");
    EXPECT_THAT(order, testing::StartsWith("prestart\ncreateRuntime\ncreateContainer\n"));
    EXPECT_THAT(order, testing::EndsWith("program\npoststop\n"));
    EXPECT_THAT(order, HasSubstr("startContainer\n"));
    EXPECT_THAT(order, HasSubstr("poststart\n"));
}

TEST(Hooks, ReadTheStateOnStandardInput) {
    Bundle bundle{{"true"}};
    bundle.config["hooks"]["createRuntime"] =
        shell_hook("echo \"$state\" > " + bundle.file("seen"));
    ASSERT_EQ(run_bundle(bundle).status, 0);
    const Json state = parse_json(read_file(bundle.file("seen")), "the state");
    EXPECT_EQ(state.at("id"), "box");
    EXPECT_EQ(state.at("status"), "creating");
    EXPECT_GT(state.at("pid").get<int>(), 0);
}

TEST(Hooks, OneThatFailsStopsTheCreation) {
    for (const char* name : {"prestart", "createRuntime", "createContainer"}) {
        Bundle bundle{{"true"}};
        bundle.config["hooks"][name] = shell_hook("exit 3");
        const Outcome outcome = run_bundle(bundle);
        EXPECT_EQ(outcome.status, 1) << name;
        EXPECT_EQ(outcome.err, "minirun: hook /bin/sh: ended with status 3\n") << name;
        EXPECT_THAT(leftovers(bundle), IsEmpty());
    }
}

TEST(Hooks, OneThatTakesTooLongStopsTheCreation) {
    Bundle bundle{{"true"}};
    Json hook = shell_hook("exec sleep 100");
    hook[0]["timeout"] = 1;
    bundle.config["hooks"]["createRuntime"] = hook;
    const Outcome outcome = run_bundle(bundle);
    EXPECT_EQ(outcome.err, "minirun: hook /bin/sh: still running after 1 s\n");
    EXPECT_THAT(leftovers(bundle), IsEmpty());
}

TEST(Hooks, AfterTheStartAFailureIsOnlyTold) {
    Bundle bundle{{"sh", "-c", "sleep 0.2; exit 4"}};
    bundle.config["hooks"]["poststart"] = shell_hook("exit 3");
    const Outcome outcome = run_bundle(bundle);
    EXPECT_EQ(outcome.status, 4);
    EXPECT_THAT(outcome.err, HasSubstr("warning: hook /bin/sh: ended with status 3"));
}

TEST(Hooks, CreateContainerRunsInTheContainersNamespaces) {
    Bundle bundle{{"true"}};
    bundle.config["hooks"]["createContainer"] = shell_hook("hostname > " + bundle.file("seen"));
    ASSERT_EQ(run_bundle(bundle).status, 0);
    EXPECT_EQ(read_file(bundle.file("seen")), "box\n");
}

}  // namespace
}  // namespace minidock::test
