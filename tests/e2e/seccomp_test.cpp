// The system call filter of a container: Docker's default, the user's own, or none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "minidock/base/atomic_file.hpp"
#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;

class SeccompOfContainers : public testing::Test {
  protected:
    TestDaemon daemon;
    TempDir folder;

    Outcome run_with(std::vector<std::string> words, const std::vector<std::string>& command) {
        words.insert(words.begin(), {"run", "--rm", "--network", "none"});
        words.emplace_back("busybox");
        words.insert(words.end(), command.begin(), command.end());
        return daemon.docker(std::move(words));
    }
    std::string mode_with(std::vector<std::string> words) {
        return run_with(std::move(words), {"grep", "Seccomp:", "/proc/self/status"}).out;
    }
    std::string profile(const std::string& text) {
        write_atomically(folder / "profile.json", text, Durability::crash);
        return "seccomp=" + (folder / "profile.json");
    }
};

TEST_F(SeccompOfContainers, IsOnUnlessItIsSwitchedOff) {
    EXPECT_EQ(mode_with({}), "Seccomp:\t2\n");
    EXPECT_EQ(mode_with({"--security-opt", "seccomp=unconfined"}), "Seccomp:\t0\n");
    EXPECT_EQ(mode_with({"--privileged"}), "Seccomp:\t0\n");
}

TEST_F(SeccompOfContainers, RefusesNewUserNamespacesByDefault) {
    const std::vector<std::string> unshare{"unshare", "-U", "true"};
    EXPECT_THAT(run_with({}, unshare).err, HasSubstr("Operation not permitted"));
    EXPECT_EQ(run_with({"--security-opt", "seccomp=unconfined"}, unshare).status, 0);
}

TEST_F(SeccompOfContainers, IsTheUsersOwnProfile) {
    const std::string own = profile(R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
        {"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 95}]})");
    EXPECT_THAT(run_with({"--security-opt", own}, {"mkdir", "/x"}).err,
                HasSubstr("Operation not supported"));
}

TEST_F(SeccompOfContainers, AProfileThatIsNoneIsRefused) {
    const Outcome garbage =
        run_with({"--security-opt", profile("{\"defaultAction\": 7}")}, {"true"});
    EXPECT_EQ(garbage.status, 125);
    EXPECT_THAT(garbage.err, HasSubstr("defaultAction: want a string"));
}

}  // namespace
}  // namespace minidock::test
