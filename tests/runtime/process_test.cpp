// The OCI runtime specification, config.md: "Process", "POSIX process", "User", "Hostname";
// config-linux.md: "Namespaces".
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "minidock/base/child.hpp"
#include "minidock/base/unix_socket.hpp"
#include "tests/minirun/running.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string output_of(Bundle& bundle) {
    const Outcome outcome = run_bundle(bundle);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_THAT(leftovers(bundle), IsEmpty());
    return outcome.out;
}

std::string shell_output(const std::string& script) {
    Bundle bundle{{"sh", "-c", script}};
    return output_of(bundle);
}

TEST(Process, ItsExitCodeIsPassedOn) {
    Bundle bundle{{"sh", "-c", "exit 7"}};
    EXPECT_EQ(run_bundle(bundle).status, 7);
}

TEST(Process, ItsDeathBySignalIs128AndTheSignal) {
    // As PID 1 it cannot be killed by its own signals, so it lets a child of its own die.
    Bundle bundle{{"sh", "-c", "sh -c 'kill -9 $$'; exit $?"}};
    EXPECT_EQ(run_bundle(bundle).status, 137);
}

TEST(Process, IsPid1OnItsOwnHost) {
    EXPECT_EQ(shell_output("echo $$; hostname"), "1\nbox\n");
}

TEST(Process, SeesNoProcessAndNoNetworkOfTheHost) {
    EXPECT_EQ(shell_output("set -- /proc/[0-9]*; echo $#; cat /sys/class/net/*/ifindex"), "1\n1\n");
}

TEST(Process, ReadsItsInputToTheEnd) {
    Bundle bundle{{"cat"}};
    const Outcome outcome = run({program("minirun"), "--root", bundle.state_root(), "run",
                                 "--bundle", bundle.path(), "box"},
                                "hello");
    EXPECT_EQ(outcome.out, "hello");
}

TEST(Process, HasTheCapabilitiesOfConfigJsonAndNoMore) {
    const std::string status = shell_output("grep -E 'Cap|NoNew' /proc/self/status");
    // CHOWN 0, KILL 5, SETGID 6, SETUID 7
    EXPECT_THAT(status, HasSubstr("CapEff:\t00000000000000e1"));
    EXPECT_THAT(status, HasSubstr("CapBnd:\t00000000000000e1"));
    EXPECT_THAT(status, HasSubstr("CapInh:\t0000000000000000"));
    EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1"));
}

TEST(Process, KeepsAmbientCapabilitiesAsAnOrdinaryUser) {
    Bundle bundle{{"grep", "CapEff", "/proc/self/status"}};
    auto& process = bundle.config["process"];
    process["user"] = {{"uid", 1000}, {"gid", 1000}};
    for (const char* set : {"bounding", "permitted", "inheritable", "effective", "ambient"})
        process["capabilities"][set] = {"CAP_KILL"};
    EXPECT_EQ(output_of(bundle), "CapEff:\t0000000000000020\n");
}

TEST(Process, IsTheUserOfConfigJson) {
    Bundle bundle{{"sh", "-c", "id -u; id -g; id -G; umask; touch /tmp/x 2>&1"}};
    bundle.config["process"]["user"] = {
        {"uid", 1000}, {"gid", 1001}, {"additionalGids", {5, 6}}, {"umask", 027}};
    const Outcome outcome = run_bundle(bundle);
    EXPECT_EQ(outcome.out, "1000\n1001\n1001 5 6\n0027\ntouch: /tmp/x: Permission denied\n");
}

TEST(Process, HasTheLimitsOfConfigJson) {
    Bundle bundle{{"sh", "-c", "ulimit -Sn; ulimit -Hn"}};
    bundle.config["process"]["rlimits"] = {
        {{"type", "RLIMIT_NOFILE"}, {"soft", 100}, {"hard", 200}}};
    EXPECT_EQ(output_of(bundle), "100\n200\n");
}

TEST(Process, HasItsEnvironmentAndAHome) {
    Bundle bundle{{"env"}};
    bundle.config["process"]["env"] = {"PATH=/bin", "GREETING=hello there"};
    EXPECT_EQ(output_of(bundle), "PATH=/bin\nGREETING=hello there\nHOME=/root\n");
}

TEST(Process, WorksInItsFolderWhichIsMadeIfMissing) {
    Bundle bundle{{"pwd"}};
    bundle.config["process"]["cwd"] = "/srv/app";
    EXPECT_EQ(output_of(bundle), "/srv/app\n");
}

Json filter_that_refuses(const std::string& call) {
    return {{"defaultAction", "SCMP_ACT_ALLOW"},
            {"syscalls", {{{"names", {call}}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", 95}}}}};
}

TEST(Seccomp, ARefusedCallGetsTheErrorOfTheFilter) {
    for (const bool no_new_privileges : {true, false}) {
        Bundle bundle{{"sh", "-c", "mkdir /x; grep Seccomp: /proc/self/status"}};
        bundle.config["process"]["noNewPrivileges"] = no_new_privileges;
        bundle.config["linux"]["seccomp"] = filter_that_refuses("mkdir");
        const Outcome outcome = run_bundle(bundle);
        EXPECT_THAT(outcome.err, HasSubstr("can't create directory '/x': Operation not supported"));
        EXPECT_EQ(outcome.out, "Seccomp:\t2\n");
    }
}

TEST(Seccomp, TheStepsBeforeTheProgramAreNotFilteredWithNoNewPrivileges) {
    Bundle bundle{{"true"}};
    bundle.config["linux"]["seccomp"] = filter_that_refuses("capset");
    EXPECT_EQ(run_bundle(bundle).status, 0);
}

TEST(Process, GetsNoDescriptorOfOurs) {
    // 0, 1, 2, and the folder that ls has open.
    EXPECT_EQ(shell_output("ls /proc/self/fd | wc -l"), "4\n");
}

TEST(Process, CannotWorkInAFolderOutsideThroughALeakedDescriptor) {
    // CVE-2024-21626: /proc/self/fd/N as the working directory, N a folder of the host's.
    Bundle bundle{{"sh", "-c", "cat ../../../../etc/hostname; pwd"}};
    for (int fd = 3; fd < 20; ++fd) {
        bundle.config["process"]["cwd"] = "/proc/self/fd/" + std::to_string(fd);
        const Outcome outcome = run_bundle(bundle);
        EXPECT_NE(outcome.status, 0) << "fd " << fd << ": " << outcome.out;
        EXPECT_EQ(outcome.out, "");
        EXPECT_THAT(leftovers(bundle), IsEmpty());
    }
}

TEST(Process, HasASessionKeyringOfItsOwn) {
    EXPECT_THAT(shell_output("cat /proc/keys"), HasSubstr("keyring   minidock: empty"));
}

TEST(Process, SignalsToRunReachIt) {
    Bundle bundle{{"sh", "-c", "trap 'exit 33' TERM; echo up; while true; do sleep 0.05; done"}};
    Pipe output = Pipe::make();
    Child child = spawn({.path = program("minirun"),
                         .arguments = {"minirun", "--root", bundle.state_root(), "run", "--bundle",
                                       bundle.path(), "box"},
                         .descriptors = {{output.write_end.get(), STDOUT_FILENO}}});
    output.write_end.reset();
    std::array<char, 3> up{};
    ASSERT_EQ(::read(output.read_end.get(), up.data(), up.size()), 3);
    ::kill(child.pid(), SIGTERM);
    EXPECT_EQ(child.wait().code, 33);
    EXPECT_THAT(leftovers(bundle), IsEmpty());
}

TEST(Namespaces, OneThatExistsIsJoinedByItsPath) {
    const TempDir dir;
    Bundle bundle{{"sh", "-c", "readlink /proc/self/ns/net"}};
    run({"touch", dir / "net"});
    ASSERT_EQ(run({"unshare", "--net=" + (dir / "net"), "true"}).status, 0);
    const std::string id = run({"stat", "-Lc", "%i", dir / "net"}).out;
    for (auto& entry : bundle.config["linux"]["namespaces"]) {
        if (entry["type"] == "network") entry["path"] = dir / "net";
    }
    EXPECT_EQ(output_of(bundle), "net:[" + id.substr(0, id.size() - 1) + "]\n");
    run({"umount", dir / "net"});
}

TEST(Namespaces, APidNamespaceThatExistsTakesTheContainer) {
    Bundle bundle{{"sh", "-c", "readlink /proc/self/ns/pid"}};
    for (auto& entry : bundle.config["linux"]["namespaces"]) {
        if (entry["type"] == "pid") entry["path"] = "/proc/self/ns/pid";
    }
    EXPECT_EQ(output_of(bundle), run({"readlink", "/proc/self/ns/pid"}).out);
}

TEST(Namespaces, RootOfAUserNamespaceIsNobodyOutside) {
    Bundle bundle{{"sh", "-c", "id -u; cat /proc/self/uid_map"}};
    bundle.config["linux"]["namespaces"].push_back({{"type", "user"}});
    const Json map{{{"containerID", 0}, {"hostID", 100000}, {"size", 65536}}};
    bundle.config["linux"]["uidMappings"] = map;
    bundle.config["linux"]["gidMappings"] = map;
    run({"chown", "-R", "100000:100000", bundle.root()});
    run({"chmod", "755", bundle.path()});
    const std::string output = output_of(bundle);
    EXPECT_THAT(output, testing::StartsWith("0\n"));
    EXPECT_THAT(output, HasSubstr("100000      65536"));
}

TEST(Terminal, IsHandedOverAndIsTheProgramsOwn) {
    Bundle bundle{{"sh", "-c", "tty; stty size; echo typed: $(head -n 1); tty -s < /dev/console"}};
    bundle.config["process"]["terminal"] = true;
    bundle.config["process"]["consoleSize"] = {{"height", 33}, {"width", 101}};
    const Fd listener = listen_unix(bundle.file("console"));
    const Outcome created = minirun(bundle, {"create", "--bundle", bundle.path(),
                                             "--console-socket", bundle.file("console"), "box"});
    ASSERT_EQ(created.status, 0) << created.err;
    std::optional<Message> message = receive_message(accept_connection(listener.get()).get());
    ASSERT_TRUE(message && message->descriptors.size() == 1);
    const Fd master = std::move(message->descriptors[0]);
    ASSERT_EQ(minirun(bundle, {"start", "box"}).status, 0);
    write_all(master.get(), "hello\n", "the terminal");

    const std::string shown = shown_by(master);
    EXPECT_THAT(shown, HasSubstr("/dev/pts/0"));
    EXPECT_THAT(shown, HasSubstr("33 101"));
    EXPECT_THAT(shown, HasSubstr("typed: hello"));
    EXPECT_TRUE(eventually([&] { return status_of(bundle) == "stopped"; }));
    minirun(bundle, {"delete", "box"});
    EXPECT_THAT(leftovers(bundle), IsEmpty());
}

}  // namespace
}  // namespace minidock::test
