// A further process in a container (runc's and crun's exec): it is where the first process is, and
// may do what config.json allows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/unix_socket.hpp"
#include "minidock/cgroups/folder.hpp"
#include "minidock/cgroups/group.hpp"
#include "minidock/cgroups/hierarchy.hpp"
#include "tests/minirun/minirun.hpp"
#include "tests/minirun/running.hpp"

namespace minidock::test {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

TEST(Exec, RunsAProgramBesideTheFirstOne) {
    Running box;
    const Outcome outcome = box.exec({"sh", "-c", "hostname; cat /proc/1/cmdline; exit 7"});
    EXPECT_EQ(outcome.status, 7) << outcome.err;
    EXPECT_EQ(outcome.out, std::string("box\nsleep\0001000\0", 15));
    EXPECT_EQ(box.exec({"cat"}, "typed").out, "typed");
}

TEST(Exec, IsInAllNamespacesAndInTheGroupOfTheFirstProcess) {
    Running box;
    const std::string script =
        "for n in mnt pid uts ipc net cgroup; do readlink /proc/$1/ns/$n; done; cat "
        "/proc/$1/cgroup";
    const Outcome first = box.exec({"sh", "-c", script, "sh", "1"});
    const Outcome self = box.exec({"sh", "-c", script, "sh", "self"});
    EXPECT_THAT(first.out, HasSubstr("net:["));
    EXPECT_EQ(self.out, first.out);
}

/// What systemd does as a container's first process, and dockerd and kind in one: the processes go
/// to a group below, and a controller is passed on to it.
void share_out(const std::string& path, const cgroups::ControllerSet& controller) {
    cgroups::Group group = cgroups::Group::open(path);
    const std::string tree = *cgroups::Hierarchies::of_this_machine().unified();
    cgroups::make_folder(tree, path + "/inner");
    for (const pid_t pid : group.processes())
        cgroups::Group::open(path + "/inner").add(pid);
    cgroups::enable_controllers(tree, path + "/inner", controller);
}

/// One of the controllers that groups of the v2 tree can have here; none on most hybrid machines.
std::optional<cgroups::Controller> any_controller_of_v2() {
    const auto& tree = cgroups::Hierarchies::of_this_machine().unified();
    if (!tree) return std::nullopt;
    const cgroups::ControllerSet all = cgroups::controllers_of(*tree);
    for (const cgroups::Controller one : cgroups::all_controllers)
        if (all.contains(one)) return one;
    return std::nullopt;
}

/// What the machine's root group passes on is afterwards as it was before.
class RootGroupAsItIs {
  public:
    explicit RootGroupAsItIs(std::string_view controller) : controller_{controller} {
        was_on_ = read_file(file_).find(controller_) != std::string::npos;
    }
    ~RootGroupAsItIs() {
        if (!was_on_) std::ofstream{file_} << "-" << controller_;
    }
    RootGroupAsItIs(const RootGroupAsItIs&) = delete;
    RootGroupAsItIs& operator=(const RootGroupAsItIs&) = delete;

  private:
    std::string file_ =
        *cgroups::Hierarchies::of_this_machine().unified() + "/cgroup.subtree_control";
    std::string controller_;
    bool was_on_ = false;
};

TEST(Exec, GoesWhereTheFirstProcessIsWhenTheGroupIsSharedOut) {
    const auto controller = any_controller_of_v2();
    if (!controller) GTEST_SKIP() << "this machine has no controllers on cgroup v2";
    const RootGroupAsItIs root{cgroups::name(*controller)};
    Running box;
    share_out(box.bundle.cgroup(), {*controller});
    const Outcome outcome = box.exec({"grep", "-h", "^0:", "/proc/self/cgroup", "/proc/1/cgroup"});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "0::/inner\n0::/inner\n");
}

TEST(Exec, HasTheRightsOfConfigJsonAndTheFilter) {
    Running box{[](Json& config) {
        config["linux"]["seccomp"] = {
            {"defaultAction", "SCMP_ACT_ALLOW"},
            {"syscalls", {{{"names", {"mkdir"}}, {"action", "SCMP_ACT_ERRNO"}}}}};
        config["process"]["oomScoreAdj"] = 500;
    }};
    const Outcome outcome =
        box.exec({"sh", "-c", "cat /proc/self/status /proc/self/oom_score_adj; mkdir /x"});
    EXPECT_THAT(outcome.out, HasSubstr("CapEff:\t00000000000000e1"));
    EXPECT_THAT(outcome.out, HasSubstr("NoNewPrivs:\t1"));
    EXPECT_THAT(outcome.out, HasSubstr("Seccomp:\t2"));
    EXPECT_THAT(outcome.out, HasSubstr("\n500\n"));
    EXPECT_THAT(outcome.err, HasSubstr("can't create directory"));
}

TEST(Exec, IsChangedByItsWords) {
    Running box;
    const Outcome outcome =
        minirun(box.bundle, {"exec", "--user", "1000:1001", "-g", "5,6", "--cwd", "/tmp", "-e",
                             "A=b", "--cap", "CAP_NET_RAW", "box", "sh", "-c",
                             "id -u; id -g; id -G; pwd; echo $A; grep CapEff /proc/self/status"});
    EXPECT_EQ(outcome.out, "1000\n1001\n1001 5 6\n/tmp\nb\nCapEff:\t0000000000002000\n")
        << outcome.err;
}

TEST(Exec, WordsAfterTheIdAreTheProgramsOwn) {
    Running box;
    EXPECT_EQ(box.exec({"echo", "-d", "--debug", "ps"}).out, "-d --debug ps\n");
}

TEST(Exec, TakesAProcessJson) {
    Running box;
    const Json process{{"args", {"sh", "-c", "echo $WHO in $PWD; id -u"}},
                       {"cwd", "/etc"},
                       {"env", {"PATH=/bin", "WHO=me"}},
                       {"user", {{"uid", 7}, {"gid", 8}}}};
    write_atomically(box.bundle.file("process.json"), process.dump(), Durability::crash);
    const Outcome outcome =
        minirun(box.bundle, {"exec", "--process", box.bundle.file("process.json"), "box"});
    EXPECT_EQ(outcome.out, "me in /etc\n7\n") << outcome.err;
}

TEST(Exec, DetachedItWritesItsPidAndComesBack) {
    Running box;
    const std::string pid_file = box.bundle.file("exec.pid");
    const Outcome outcome = run({"sh", "-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh",
                                 program("minirun"), "--root", box.bundle.state_root(), "exec",
                                 "--detach", "--pid-file", pid_file, "box", "sleep", "500"});
    ASSERT_EQ(outcome.status, 0);
    const std::string pid = read_file(pid_file);
    EXPECT_EQ(read_file("/proc/" + pid + "/cmdline"), std::string("sleep\000500\0", 10));
    EXPECT_THAT(read_file("/proc/" + pid + "/status"),
                ContainsRegex("NSpid:\t" + pid + "\t[0-9]+"));
}

TEST(Exec, ATerminalIsHandedOver) {
    Running box;
    const Fd listener = listen_unix(box.bundle.file("console"));
    const Outcome outcome =
        minirun(box.bundle, {"exec", "-d", "-t", "--console-socket", box.bundle.file("console"),
                             "box", "sh", "-c", "tty; stty -echo; echo typed: $(head -n 1)"});
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    std::optional<Message> message = receive_message(accept_connection(listener.get()).get());
    ASSERT_TRUE(message && message->descriptors.size() == 1);
    write_all(message->descriptors[0].get(), "hello\n", "the terminal");
    const std::string shown = shown_by(message->descriptors[0]);
    EXPECT_THAT(shown, HasSubstr("/dev/pts/0"));
    EXPECT_THAT(shown, HasSubstr("typed: hello"));
}

TEST(Exec, SaysWhatIsMissing) {
    Running box;
    const Outcome missing = box.exec({"nothing-here"});
    EXPECT_EQ(missing.status, 127);
    EXPECT_EQ(missing.err, "minirun: exec: \"nothing-here\": executable file not found in $PATH\n");
    EXPECT_EQ(box.exec({"/etc"}).status, 126);
    const Outcome socketless = minirun(box.bundle, {"exec", "-d", "-t", "box", "true"});
    EXPECT_EQ(socketless.status, 255);
    EXPECT_THAT(socketless.err, HasSubstr("--console-socket"));
    const Outcome unknown = minirun(box.bundle, {"exec", "nobody", "true"});
    EXPECT_EQ(unknown.status, 255);
    EXPECT_THAT(unknown.err, HasSubstr("container \"nobody\" does not exist"));
}

TEST(Exec, IsRefusedWhereNothingRuns) {
    Running box;
    minirun(box.bundle, {"kill", "box", "KILL"});
    ASSERT_TRUE(eventually([&] { return status_of(box.bundle) == "stopped"; }));
    const Outcome outcome = box.exec({"true"});
    EXPECT_EQ(outcome.status, 255);
    EXPECT_EQ(outcome.err, "minirun: cannot exec in container \"box\": it is stopped\n");
}

TEST(Exec, ChangesToConfigJsonAfterCreateMeanNothing) {
    Running box;
    box.bundle.config["process"]["env"] = {"PATH=/bin", "LATE=yes"};
    box.bundle.path();
    EXPECT_EQ(box.exec({"sh", "-c", "echo -$LATE-"}).out, "--\n");
}

}  // namespace
}  // namespace minidock::test
