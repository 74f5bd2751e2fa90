// Escapes by what root may do: change its root, mount, make devices, write to the kernel; and
// attacks that use up what the host has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "chapters/04-security/tests/museum.hpp"
#include "minidock/base/temp_dir.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

void give(Json& config, const std::vector<std::string>& capabilities) {
    for (const char* set : {"bounding", "effective", "permitted"})
        config["process"]["capabilities"][set] = capabilities;
}

TEST(Museum, ARootIsNoChrootThatCanBeClimbedOutOf) {
    Bundle bundle{{"attacker", "climb"}};
    add_attacker(bundle);
    give(bundle.config, {"CAP_SYS_CHROOT"});
    run({"touch", "/i-am-the-host"});
    EXPECT_EQ(outcome_of(bundle).out, "inside\n");
    ::unlink("/i-am-the-host");
}

// CVE-2022-0492
TEST(Museum, ACgroupsReleaseAgentIsOutOfReach) {
    Bundle bundle{{"sh", "-c",
                   "mkdir /cg; mount -t cgroup -o rdma cgroup /cg; "
                   "unshare -Urm sh -c 'mount -t cgroup -o rdma cgroup /cg && echo in'; true"}};
    bundle.config["linux"]["seccomp"] = docker_filter();
    const Outcome outcome = outcome_of(bundle);
    EXPECT_THAT(outcome.out, testing::Not(HasSubstr("in")));
    EXPECT_THAT(outcome.err, HasSubstr("unshare"));
    EXPECT_THAT(outcome.err, HasSubstr("Operation not permitted"));
}

TEST(Museum, ADeviceNodeOpensNoDisk) {
    Bundle bundle{{"sh", "-c",
                   "mknod /tmp/memory c 1 1; mknod /tmp/disk b 8 0; "
                   "head -c 1 /tmp/memory; head -c 1 /tmp/disk; head -c 1 /dev/zero"}};
    give(bundle.config, {"CAP_MKNOD"});
    bundle.config["linux"]["resources"]["devices"] =
        Json::array({{{"allow", false}, {"access", "rwm"}}});
    const Outcome outcome = outcome_of(bundle);
    EXPECT_EQ(outcome.out, std::string(1, '\0'));  // only /dev/zero, which every container has
    EXPECT_EQ(outcome.status, 0);
}

TEST(Museum, NoKeyOfOursIsItsKey) {
    Bundle bundle{{"attacker", "keyring"}};
    add_attacker(bundle);
    const long ours = ::syscall(SYS_keyctl, 0, -3, 0);
    if (ours < 0) GTEST_SKIP() << "this machine has no keyrings";
    const std::string theirs = outcome_of(bundle).out;
    EXPECT_NE(theirs, std::to_string(ours) + "\n");
    EXPECT_NE(outcome_of(bundle).out, theirs) << "two containers share a keyring";
}

TEST(Museum, TheHostsCrashHandlerCannotBeReplaced) {
    Bundle bundle{{"sh", "-c", "echo '|/tmp/handler' > /proc/sys/kernel/core_pattern"}};
    const Outcome outcome = outcome_of(bundle);
    EXPECT_NE(outcome.status, 0);
    EXPECT_THAT(outcome.err, HasSubstr("Read-only file system"));
}

TEST(Museum, AForkBombStopsAtTheLimit) {
    Bundle bundle{{"attacker", "fork"}};
    add_attacker(bundle);
    bundle.config["linux"]["resources"]["pids"] = {{"limit", 20}};
    EXPECT_EQ(outcome_of(bundle).out, "19 children, then: Resource temporarily unavailable\n");
}

TEST(Museum, AMemoryBombEndsItself) {
    Bundle bundle{{"sh", "-c", "tail /dev/zero; echo status $?"}};
    bundle.config["linux"]["resources"]["memory"] = {{"limit", 16 << 20}};
    EXPECT_EQ(outcome_of(bundle).out, "status 137\n");
}

}  // namespace
}  // namespace minidock::test
