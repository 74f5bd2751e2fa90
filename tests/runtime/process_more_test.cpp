// The OCI runtime specification, config.md: "Scheduler", "I/O Priority", "execCPUAffinity",
// "LSM"; config-linux.md: "personality", "timeOffsets", "Seccomp" with a listener, and joining
// namespaces by path.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "minidock/base/fd.hpp"
#include "minidock/base/unix_socket.hpp"
#include "tests/minirun/running.hpp"

namespace minidock::test {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;

std::string output_with(const std::vector<std::string>& args,
                        const std::function<void(Json&)>& change) {
    Bundle bundle{args};
    change(bundle.config);
    const Outcome outcome = run_bundle(bundle);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_THAT(leftovers(bundle), IsEmpty());
    return outcome.out;
}

TEST(Scheduling, PolicyAndNicenessAreThoseOfConfigJson) {
    // proc_pid_stat(5): field 19 is the niceness, 41 the policy (3: SCHED_BATCH).
    EXPECT_EQ(
        output_with({"sh", "-c", "cut -d' ' -f19,41 /proc/self/stat"},
                    [](Json& config) {
                        config["process"]["scheduler"] = {{"policy", "SCHED_BATCH"}, {"nice", 7}};
                    }),
        "7 3\n");
}

TEST(Scheduling, TheDisksPriorityIsThatOfConfigJson) {
    EXPECT_EQ(
        output_with(
            {"ionice", "-p", "1"},
            [](Json& config) {
                config["process"]["ioPriority"] = {{"class", "IOPRIO_CLASS_IDLE"}, {"priority", 0}};
            }),
        "idle\n");
}

TEST(Scheduling, ExecRunsOnTheProcessorsOfConfigJson) {
    Running box{[](Json& config) { config["process"]["execCPUAffinity"] = {{"final", "0"}}; }};
    EXPECT_EQ(box.exec({"grep", "Cpus_allowed_list", "/proc/self/status"}).out,
              "Cpus_allowed_list:\t0\n");
}

TEST(Personality, IsThatOfConfigJsonForExecToo) {
    const auto as_32_bit = [](Json& config) {
        config["linux"]["personality"] = {{"domain", "LINUX32"}};
    };
    EXPECT_EQ(output_with({"uname", "-m"}, as_32_bit), "i686\n");
    Running box{as_32_bit};
    EXPECT_EQ(box.exec({"uname", "-m"}).out, "i686\n");
}

TEST(TimeOffsets, MoveTheClocksOfATimeNamespace) {
    const std::string uptime = output_with({"cat", "/proc/uptime"}, [](Json& config) {
        config["linux"]["namespaces"].push_back({{"type", "time"}});
        config["linux"]["timeOffsets"]["boottime"] = {{"secs", 1'000'000'000}};
    });
    EXPECT_GT(std::stod(uptime), 1e9);
}

TEST(Labels, AreRefusedWhereTheMachineHasNoSuchModule) {
    Bundle bundle{{"true"}};
    if (std::ifstream{"/sys/module/apparmor/parameters/enabled"}.get() == 'Y') {
        GTEST_SKIP() << "this machine has AppArmor";
    }
    bundle.config["process"]["apparmorProfile"] = "docker-default";
    EXPECT_EQ(run_bundle(bundle).err,
              "minirun: process.apparmorProfile: this machine has no AppArmor\n");
    EXPECT_THAT(leftovers(bundle), IsEmpty());
}

TEST(SeccompListener, IsHandedTheDescriptorAndADescription) {
    Bundle bundle{{"sleep", "1"}};
    const Fd listener = listen_unix(bundle.file("listener"));
    bundle.config["linux"]["seccomp"] = {
        {"defaultAction", "SCMP_ACT_ALLOW"},
        {"listenerPath", bundle.file("listener")},
        {"listenerMetadata", "whatever"},
        {"syscalls", Json::array({{{"names", {"swapon"}}, {"action", "SCMP_ACT_NOTIFY"}}})}};
    ASSERT_EQ(create_bundle(bundle, {"--pid-file", bundle.file("pid")}).status, 0)
        << read_file(bundle.file("errors"));
    ASSERT_EQ(minirun(bundle, {"start", "box"}).status, 0);
    const std::optional<Message> message =
        receive_message(accept_connection(listener.get()).get(), 65536);
    ASSERT_TRUE(message && message->descriptors.size() == 1);
    const Json description = parse_json(message->bytes, "the description");
    EXPECT_EQ(description.at("fds"), Json::array({"seccompFd"}));
    EXPECT_EQ(description.at("metadata"), "whatever");
    EXPECT_EQ(std::to_string(description.at("pid").get<int>()), read_file(bundle.file("pid")));
    EXPECT_EQ(description.at("/state/id"_json_pointer), "box");
    const std::string kind = std::filesystem::read_symlink(fd_path(message->descriptors[0].get()));
    EXPECT_EQ(kind, "anon_inode:seccomp notify");
    minirun(bundle, {"delete", "--force", "box"});
    EXPECT_THAT(leftovers(bundle), IsEmpty());
}

Json one_range(int host) {
    return Json::array({{{"containerID", 0}, {"hostID", host}, {"size", 1000}}});
}

TEST(Namespaces, AUserNamespaceCanBeJoinedByPath) {
    Running first{[](Json& config) {
        config["linux"]["namespaces"].push_back({{"type", "user"}});
        config["linux"]["uidMappings"] = one_range(100000);
        config["linux"]["gidMappings"] = one_range(200000);
    }};
    const std::string pid =
        parse_json(minirun(first.bundle, {"state", "box"}).out, "the state").at("pid").dump();
    EXPECT_EQ(first.exec({"sh", "-c", "id -u; cat /proc/self/uid_map"}).out.substr(0, 2), "0\n");
    const std::string map =
        output_with({"sh", "-c", "hostname; cat /proc/self/uid_map"}, [&](Json& config) {
            config["linux"]["namespaces"].push_back(
                {{"type", "user"}, {"path", "/proc/" + pid + "/ns/user"}});
        });
    EXPECT_THAT(map, ContainsRegex("box\n +0 +100000 +1000\n"));
}

}  // namespace
}  // namespace minidock::test
