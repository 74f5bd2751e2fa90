// The verbs around the life cycle, as runc and crun have them: pause, resume, ps, events, update,
// spec, features, kill --all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/fd.hpp"
#include "tests/minirun/running.hpp"

namespace minidock::test {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

TEST(Pause, StopsEveryProcessUntilResume) {
    Running box{{"sh", "-c", "while true; do date +%N > /tmp/now; done"}};
    ASSERT_TRUE(
        eventually([&] { return ::access((box.bundle.root() + "/tmp/now").c_str(), F_OK) == 0; }));
    ASSERT_EQ(minirun(box.bundle, {"pause", "box"}).status, 0);
    EXPECT_EQ(status_of(box.bundle), "paused");
    const std::string before = read_file(box.bundle.root() + "/tmp/now");
    const Outcome refused = box.exec({"true"});
    EXPECT_EQ(refused.err, "minirun: cannot exec in container \"box\": it is paused\n");
    EXPECT_EQ(minirun(box.bundle, {"pause", "box"}).err,
              "minirun: cannot pause container \"box\": it is paused\n");
    EXPECT_EQ(read_file(box.bundle.root() + "/tmp/now"), before);

    ASSERT_EQ(minirun(box.bundle, {"resume", "box"}).status, 0);
    EXPECT_EQ(status_of(box.bundle), "running");
    EXPECT_TRUE(eventually([&] { return read_file(box.bundle.root() + "/tmp/now") != before; }));
    EXPECT_EQ(minirun(box.bundle, {"resume", "box"}).err,
              "minirun: cannot resume container \"box\": it is running\n");
}

TEST(Pause, APausedContainerIsDeletedByForce) {
    Running box;
    ASSERT_EQ(minirun(box.bundle, {"pause", "box"}).status, 0);
    // The destructor deletes it, and looks whether anything is left.
}

TEST(Ps, ShowsTheProcessesOfTheContainerAlone) {
    Running box{{"sh", "-c", "sleep 777 & sleep 1000; true"}};
    EXPECT_TRUE(eventually([&] {
        const Outcome json = minirun(box.bundle, {"ps", "--format", "json", "box"});
        return json.status == 0 && parse_json(json.out, "the list").size() == 3;
    }));
    const Outcome table = minirun(box.bundle, {"ps", "box"});
    EXPECT_THAT(table.out, ContainsRegex("UID +PID"));
    EXPECT_THAT(table.out, HasSubstr("sleep 777"));
    EXPECT_EQ(std::count(table.out.begin(), table.out.end(), '\n'), 4);
    const Outcome chosen = minirun(box.bundle, {"ps", "box", "-e", "-o", "pid,comm"});
    EXPECT_THAT(chosen.out, ContainsRegex("^ +PID COMMAND\n"));
}

TEST(Events, StatsShowWhatIsUsed) {
    Running box{[](Json& config) { config["linux"]["resources"]["pids"] = {{"limit", 50}}; }};
    const Outcome outcome = minirun(box.bundle, {"events", "--stats", "box"});
    const Json event = parse_json(outcome.out, "the event");
    EXPECT_EQ(event.at("type"), "stats");
    EXPECT_EQ(event.at("id"), "box");
    EXPECT_GT(event.at("/data/memory/usage/usage"_json_pointer).get<std::uint64_t>(), 0U);
    EXPECT_GT(event.at("/data/cpu/usage/total"_json_pointer).get<std::uint64_t>(), 0U);
    EXPECT_EQ(event.at("/data/pids/current"_json_pointer), 1);
    EXPECT_EQ(event.at("/data/pids/limit"_json_pointer), 50);
}

TEST(Events, EndWithTheContainerAndTellOfAKill) {
    Running box{[](Json& config) {
        config["process"]["args"] = {"sh", "-c", "sleep 1; tail /dev/zero; sleep 1"};
        config["linux"]["resources"]["memory"] = {{"limit", 16 << 20}};
    }};
    const Outcome outcome = minirun(box.bundle, {"events", "--interval", "1s", "box"});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("\"type\":\"stats\""));
    EXPECT_THAT(outcome.out, HasSubstr("{\"id\":\"box\",\"type\":\"oom\"}"));
}

Json stats_of(Bundle& bundle) {
    return parse_json(minirun(bundle, {"events", "--stats", "box"}).out, "the event").at("data");
}

TEST(Update, ChangesLimitsByWords) {
    Running box;
    const Outcome outcome =
        minirun(box.bundle, {"update", "--memory", "64m", "--pids-limit", "33", "box"});
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(stats_of(box.bundle).at("/memory/usage/limit"_json_pointer), 64 << 20);
    EXPECT_EQ(stats_of(box.bundle).at("/pids/limit"_json_pointer), 33);
    const Outcome wrong = minirun(box.bundle, {"update", "--memory", "much", "box"});
    EXPECT_EQ(wrong.status, 1);
}

TEST(Update, ChangesLimitsByADocument) {
    Running box;
    const std::string document = R"({"memory": {"limit": 33554432}, "pids": {"limit": 44}})";
    write_atomically(box.bundle.file("limits"), document, Durability::crash);
    ASSERT_EQ(minirun(box.bundle, {"update", "-r", box.bundle.file("limits"), "box"}).status, 0);
    EXPECT_EQ(stats_of(box.bundle).at("/memory/usage/limit"_json_pointer), 32 << 20);
    const Outcome from_input = run({program("minirun"), "--root", box.bundle.state_root(), "update",
                                    "--resources", "-", "box"},
                                   R"({"pids": {"limit": 55}})");
    ASSERT_EQ(from_input.status, 0) << from_input.err;
    EXPECT_EQ(stats_of(box.bundle).at("/pids/limit"_json_pointer), 55);
    EXPECT_EQ(stats_of(box.bundle).at("/memory/usage/limit"_json_pointer), 32 << 20);
}

TEST(Kill, AllReachesEveryProcess) {
    Running box{{"sh", "-c", "sleep 777 & wait; sleep 1000"}};
    EXPECT_TRUE(eventually([&] {
        return parse_json(minirun(box.bundle, {"ps", "-f", "json", "box"}).out, "ps").size() == 2;
    }));
    ASSERT_EQ(minirun(box.bundle, {"kill", "--all", "box", "KILL"}).status, 0);
    EXPECT_TRUE(eventually([&] { return status_of(box.bundle) == "stopped"; }));
}

TEST(SpecVerb, WritesABundleThatRuns) {
    Bundle bundle{{"true"}};
    const std::string folder = bundle.file("new");
    run({"mkdir", folder});
    make_busybox_root(folder + "/rootfs");
    ASSERT_EQ(minirun(bundle, {"spec", "--bundle", folder}).status, 0);
    Json config = parse_json(read_file(folder + "/config.json"), "config.json");
    EXPECT_EQ(config.at("process").at("args"), Json::array({"sh"}));
    EXPECT_EQ(config.at("process").at("terminal"), true);
    config["process"]["terminal"] = false;
    config["process"]["args"] = {"echo", "it runs"};
    config["linux"]["cgroupsPath"] = bundle.cgroup();
    write_atomically(folder + "/config.json", config.dump(), Durability::crash);
    const Outcome outcome = minirun(bundle, {"run", "--bundle", folder, "box"});
    EXPECT_EQ(outcome.out, "it runs\n") << outcome.err;

    const Outcome again = minirun(bundle, {"spec", "--bundle", folder});
    EXPECT_EQ(again.status, 1);
    EXPECT_THAT(again.err, HasSubstr("is there already"));
}

TEST(SpecVerb, RootlessIsForTheOneWhoAsks) {
    Bundle bundle{{"true"}};
    const std::string folder = bundle.file("new");
    run({"mkdir", folder});
    ASSERT_EQ(minirun(bundle, {"spec", "--rootless", "-b", folder}).status, 0);
    const Json config = parse_json(read_file(folder + "/config.json"), "config.json");
    EXPECT_EQ(config.at("/linux/uidMappings/0/hostID"_json_pointer), 0);
    EXPECT_THAT(config.at("/linux/namespaces"_json_pointer).dump(), HasSubstr("user"));
}

TEST(Features, AreThoseOfTheSpecification) {
    Bundle bundle{{"true"}};
    const Json features = parse_json(minirun(bundle, {"features"}).out, "the features");
    EXPECT_EQ(features.at("ociVersionMin"), "1.0.0");
    EXPECT_EQ(features.at("/linux/cgroup/systemd"_json_pointer), true);
    EXPECT_EQ(features.at("/linux/seccomp/enabled"_json_pointer), true);
    EXPECT_THAT(features.at("mountOptions").dump(), HasSubstr("\"rro\""));
    EXPECT_THAT(features.at("/linux/capabilities"_json_pointer).dump(), HasSubstr("CAP_SYS_ADMIN"));
}

}  // namespace
}  // namespace minidock::test
