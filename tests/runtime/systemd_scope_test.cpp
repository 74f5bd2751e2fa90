// --systemd-cgroup: systemd makes the container's group, as a scope. For machines that systemd runs
// on cgroup v2 alone, as in the virtual machine of scripts/vm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/id.hpp"
#include "tests/minirun/running.hpp"
#include "tests/support/systemd.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;

class SystemdCgroup : public testing::Test {
  protected:
    void SetUp() override {
        if (!systemd_makes_groups()) GTEST_SKIP() << "systemd makes no control groups here";
        bundle.config["linux"]["cgroupsPath"] = "system.slice:minidock-test:" + name;
    }
    void TearDown() override { minirun(bundle, {"delete", "--force", "box"}); }

    [[nodiscard]] Outcome with_systemd(const std::string& verb) {
        return minirun(bundle, {"--systemd-cgroup", verb, "-b", bundle.path(), "box"});
    }
    [[nodiscard]] std::string property(const std::string& key) const {
        return run({"systemctl", "show", "--value", "--property", key, unit}).out;
    }

    std::string name = short_id(random_id());
    std::string unit = "minidock-test-" + name + ".scope";
    std::string folder = "/sys/fs/cgroup/system.slice/" + unit;
    Bundle bundle{{"sh", "-c", "cat /proc/self/cgroup; exit 7"}};
};

TEST_F(SystemdCgroup, MakesAScopeThatGoesWithTheContainer) {
    for (int again = 0; again < 3; ++again) {
        const Outcome outcome = with_systemd("run");
        EXPECT_EQ(outcome.status, 7) << outcome.err;
        EXPECT_EQ(outcome.out, "0::/\n");
        EXPECT_NE(::access(folder.c_str(), F_OK), 0);
    }
    EXPECT_TRUE(eventually([&] { return property("LoadState") == "not-found\n"; }));
}

TEST_F(SystemdCgroup, KnowsTheLimitsAndKeepsThem) {
    bundle.config["process"]["args"] = {"sleep", "1000"};
    bundle.config["linux"]["resources"] = {{"memory", {{"limit", 64 << 20}}},
                                           {"pids", {{"limit", 1}}}};
    ASSERT_EQ(create_bundle(bundle, {"--systemd-cgroup"}).status, 0)
        << read_file(bundle.file("errors"));
    ASSERT_EQ(minirun(bundle, {"start", "box"}).status, 0);
    EXPECT_EQ(property("MemoryMax"), "67108864\n");
    EXPECT_EQ(property("TasksMax"), "1\n");
    EXPECT_EQ(property("ControlGroup"), "/system.slice/" + unit + "\n");
    EXPECT_EQ(property("Description"), "container box\n");
    EXPECT_EQ(read_file(folder + "/pids.max"), "1\n");

    ASSERT_EQ(minirun(bundle, {"update", "--memory", "33554432", "box"}).status, 0);
    EXPECT_EQ(property("MemoryMax"), "33554432\n");
    ASSERT_EQ(run({"systemctl", "daemon-reload"}).status, 0);
    EXPECT_EQ(read_file(folder + "/memory.max"), "33554432\n");
    EXPECT_EQ(read_file(folder + "/pids.max"), "1\n");
}

TEST_F(SystemdCgroup, AFailedCreateLeavesNoScope) {
    bundle.config["process"]["args"] = {"/nothing-here"};
    const Outcome outcome = with_systemd("create");
    EXPECT_NE(outcome.status, 0);
    EXPECT_NE(::access(folder.c_str(), F_OK), 0);
    EXPECT_TRUE(eventually([&] { return property("LoadState") == "not-found\n"; }));
}

TEST_F(SystemdCgroup, WantsTheNameOfASlice) {
    bundle.config["linux"]["cgroupsPath"] = "/minidock/" + name;
    EXPECT_THAT(with_systemd("run").err,
                HasSubstr("with --systemd-cgroup, want SLICE:PREFIX:NAME"));
}

TEST(Global, WithoutSystemdItsGroupsAreRefused) {
    if (systemd_makes_groups()) GTEST_SKIP() << "systemd makes control groups here";
    Bundle bundle{{"true"}};
    bundle.config["linux"]["cgroupsPath"] = "";
    const Outcome outcome =
        minirun(bundle, {"--systemd-cgroup", "run", "-b", bundle.path(), "box"});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.err, HasSubstr("leave it out"));
    EXPECT_NE(::access((bundle.state_root() + "/box").c_str(), F_OK), 0);
}

}  // namespace
}  // namespace minidock::test
