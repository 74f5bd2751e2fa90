// The OCI runtime specification, runtime.md: "State", "Lifecycle", "Operations".
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "minidock/base/fd.hpp"
#include "tests/minirun/minirun.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(Lifecycle, TheProgramRunsAtStartAndNotBefore) {
    Bundle bundle{{"sh", "-c", "echo started; sleep 100"}};
    ASSERT_EQ(create_bundle(bundle).status, 0) << read_file(bundle.file("errors"));
    EXPECT_EQ(status_of(bundle), "created");
    EXPECT_EQ(read_file(bundle.file("output")), "");

    ASSERT_EQ(minirun(bundle, {"start", "box"}).status, 0);
    EXPECT_TRUE(eventually([&] { return read_file(bundle.file("output")) == "started\n"; }));
    EXPECT_EQ(status_of(bundle), "running");

    ASSERT_EQ(minirun(bundle, {"kill", "box", "KILL"}).status, 0);
    EXPECT_TRUE(eventually([&] { return status_of(bundle) == "stopped"; }));
    ASSERT_EQ(minirun(bundle, {"delete", "box"}).status, 0);
    EXPECT_THAT(status_of(bundle), HasSubstr("container \"box\" does not exist"));
    EXPECT_THAT(leftovers(bundle), IsEmpty());
}

TEST(Lifecycle, StateShowsWhatTheSpecificationAsksFor) {
    Bundle bundle{{"sleep", "100"}};
    bundle.config["annotations"] = {{"owner", "somebody"}};
    ASSERT_EQ(create_bundle(bundle, {"--pid-file", bundle.file("pid")}).status, 0);
    const Json state = parse_json(minirun(bundle, {"state", "box"}).out, "the state");
    EXPECT_EQ(state.at("id"), "box");
    EXPECT_EQ(state.at("ociVersion"), "1.0.2");
    EXPECT_EQ(state.at("bundle"), bundle.path());
    EXPECT_EQ(state.at("annotations").at("owner"), "somebody");
    EXPECT_EQ(std::to_string(state.at("pid").get<int>()), read_file(bundle.file("pid")));
    minirun(bundle, {"delete", "--force", "box"});
    EXPECT_THAT(leftovers(bundle), IsEmpty());
}

TEST(Lifecycle, ARunningContainerIsDeletedOnlyByForce) {
    Bundle bundle{{"sleep", "100"}};
    ASSERT_EQ(create_bundle(bundle).status, 0);
    ASSERT_EQ(minirun(bundle, {"start", "box"}).status, 0);
    const Outcome refused = minirun(bundle, {"delete", "box"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_EQ(refused.err, "minirun: cannot delete container \"box\": it is running\n");
    EXPECT_EQ(minirun(bundle, {"delete", "--force", "box"}).status, 0);
    EXPECT_THAT(leftovers(bundle), IsEmpty());
}

TEST(Lifecycle, AContainerIsStartedOnce) {
    Bundle bundle{{"sleep", "100"}};
    ASSERT_EQ(create_bundle(bundle).status, 0);
    ASSERT_EQ(minirun(bundle, {"start", "box"}).status, 0);
    const Outcome again = minirun(bundle, {"start", "box"});
    EXPECT_EQ(again.status, 1);
    EXPECT_EQ(again.err, "minirun: cannot start container \"box\": it is running\n");
    minirun(bundle, {"delete", "--force", "box"});
}

TEST(Lifecycle, AnIdIsTakenUntilItIsDeleted) {
    Bundle bundle{{"true"}};
    ASSERT_EQ(create_bundle(bundle).status, 0);
    EXPECT_EQ(create_bundle(bundle).status, 1);
    EXPECT_THAT(read_file(bundle.file("errors")), HasSubstr("container \"box\" exists already"));
    EXPECT_EQ(status_of(bundle), "created");
    minirun(bundle, {"delete", "--force", "box"});
}

TEST(Lifecycle, WhatDoesNotExistCanBeDeletedByForceOnly) {
    Bundle bundle{{"true"}};
    EXPECT_EQ(minirun(bundle, {"delete", "nothing"}).status, 1);
    EXPECT_EQ(minirun(bundle, {"delete", "--force", "nothing"}).status, 0);
}

TEST(Lifecycle, SignalsGoByNameAndNumberAndUnknownOnesAreRefused) {
    Bundle bundle{{"sh", "-c",
                   "trap 'echo usr1' USR1; trap 'exit 9' TERM; echo up; "
                   "while true; do sleep 0.1; done"}};
    ASSERT_EQ(create_bundle(bundle).status, 0);
    minirun(bundle, {"start", "box"});
    ASSERT_TRUE(eventually([&] { return read_file(bundle.file("output")) == "up\n"; }));
    EXPECT_EQ(minirun(bundle, {"kill", "box", "SIGUSR1"}).status, 0);
    EXPECT_TRUE(eventually([&] { return read_file(bundle.file("output")) == "up\nusr1\n"; }));
    const Outcome unknown = minirun(bundle, {"kill", "box", "NOISE"});
    EXPECT_EQ(unknown.status, 1);
    EXPECT_EQ(unknown.err, "minirun: unknown signal \"NOISE\"\n");
    EXPECT_EQ(minirun(bundle, {"kill", "box", "15"}).status, 0);
    EXPECT_TRUE(eventually([&] { return status_of(bundle) == "stopped"; }));
    const Outcome over = minirun(bundle, {"kill", "box", "KILL"});
    EXPECT_EQ(over.status, 1);
    EXPECT_EQ(over.err, "minirun: cannot signal container \"box\": it is stopped\n");
    minirun(bundle, {"delete", "box"});
    EXPECT_THAT(leftovers(bundle), IsEmpty());
}

TEST(Lifecycle, ListShowsAllOfARoot) {
    Bundle bundle{{"sleep", "100"}};
    EXPECT_EQ(minirun(bundle, {"list", "-q"}).out, "");
    ASSERT_EQ(create_bundle(bundle).status, 0);
    EXPECT_EQ(minirun(bundle, {"list", "-q"}).out, "box\n");
    EXPECT_THAT(minirun(bundle, {"list"}).out, HasSubstr("created"));
    const Json rows = parse_json(minirun(bundle, {"list", "--format", "json"}).out, "the list");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].at("status"), "created");
    minirun(bundle, {"delete", "--force", "box"});
}

TEST(Lifecycle, AContainerWhoseCreatorWasKilledCanBeDeleted) {
    Bundle bundle{{"true"}};
    // The hook holds the creation up, and says so.
    bundle.config["hooks"]["createRuntime"] = {
        {{"path", "/bin/sh"},
         {"args", {"sh", "-c", "touch " + bundle.file("held") + "; sleep 100"}}}};
    const Outcome outcome =
        run({"sh", "-c", "exec timeout -s KILL 1 \"$@\" >/dev/null 2>&1", "sh", program("minirun"),
             "--root", bundle.state_root(), "create", "--bundle", bundle.path(), "box"});
    EXPECT_NE(outcome.status, 0);
    EXPECT_TRUE(std::filesystem::exists(bundle.file("held")));
    EXPECT_EQ(status_of(bundle), "creating");
    EXPECT_EQ(minirun(bundle, {"delete", "--force", "box"}).status, 0);
    EXPECT_THAT(leftovers(bundle), IsEmpty());
    run({"pkill", "-KILL", "-f", bundle.file("held")});  // the hook is the test's own to end
}

}  // namespace
}  // namespace minidock::test
