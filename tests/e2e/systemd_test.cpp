// The engine as a service of systemd, installed for real: socket activation, restarts under running
// containers, and systemd's own housekeeping. Only in the throw-away machine of scripts/vm.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "minidock/base/fd.hpp"
#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* socket_path = "/run/minidock.sock";

/// What a command printed, without the last newline; another end than success fails the test.
std::string output_of(std::vector<std::string> words) {
    Outcome outcome = run(std::move(words));
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    while (outcome.out.ends_with('\n'))
        outcome.out.pop_back();
    return outcome.out;
}

class Systemd : public testing::Test {
  protected:
    void SetUp() override {
        if (std::getenv("MINIDOCK_VM") == nullptr) {
            GTEST_SKIP() << "installs the engine as a service of systemd, which only the "
                            "throw-away machine of scripts/vm is there for";
        }
        installed_ = true;
        output_of({"cmake", "--install", build_});
        // A package's installation and the next boot do these two.
        output_of({"systemd-sysusers"});
        output_of({"systemctl", "daemon-reload"});
        output_of({"systemctl", "start", "minidock.socket"});
    }

    void TearDown() override {
        if (!installed_) return;
        if (HasFailure()) std::fputs(journal().c_str(), stderr);
        run({"sh", "-c", "docker -H unix://$0 ps -aq | xargs -r docker -H unix://$0 rm --force",
             socket_path});
        output_of({"systemctl", "stop", "minidock.socket", "minidock.service"});
        run({"systemctl", "reset-failed", "minidock.socket", "minidock.service"});
        output_of({"xargs", "-a", build_ + "/install_manifest.txt", "rm"});
        output_of({"systemctl", "daemon-reload"});
        output_of({"groupdel", "minidock"});
        for (const char* place : {"/var/lib/minidock", "/run/minidock", socket_path})
            fs::remove_all(place);
    }

    static Outcome docker(std::vector<std::string> words) {
        words.insert(words.begin(), {"docker", "-H", std::string{"unix://"} + socket_path});
        return run(std::move(words));
    }
    static std::string output(std::vector<std::string> words) {
        const Outcome outcome = docker(std::move(words));
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        return outcome.out.substr(0, outcome.out.find_last_not_of('\n') + 1);
    }
    static std::string property(const std::string& unit, const std::string& name) {
        return output_of({"systemctl", "show", "--value", "--property", name, unit});
    }
    static std::string daemon_pid() { return property("minidock.service", "MainPID"); }
    static std::string journal() {
        return run({"journalctl", "--unit", "minidock.service", "--output", "cat"}).out;
    }
    /// Starts a container "box" with a memory limit, which counts up in its log.
    static void start_box() {
        output({"load", "--quiet", "--input", embedded_image()});
        output({"run", "--detach", "--name", "box", "--memory", "64m", "busybox", "sh", "-c",
                "i=0; while :; do i=$((i + 1)); echo $i; sleep 0.2; done"});
    }
    /// That the container has not noticed anything: the same process runs, talks, and can be
    /// joined.
    static void expect_box_goes_on(const std::string& pid) {
        EXPECT_EQ(output({"inspect", "-f", "{{.State.Status}} {{.State.Pid}}", "box"}),
                  "running " + pid);
        EXPECT_EQ(output({"exec", "box", "cat", "/sys/fs/cgroup/memory.max"}), "67108864");
        const std::string before = output({"logs", "--tail", "1", "box"});
        EXPECT_TRUE(eventually([&] { return output({"logs", "--tail", "1", "box"}) != before; }));
    }
    static std::string box_pid() { return output({"inspect", "-f", "{{.State.Pid}}", "box"}); }

  private:
    bool installed_ = false;
    const std::string build_ = fs::path{program("minidockd")}.parent_path().parent_path();
};

TEST_F(Systemd, TheFirstClientStartsTheDaemon) {
    EXPECT_EQ(property("minidock.service", "ActiveState"), "inactive");
    struct stat info {};
    ASSERT_EQ(::stat(socket_path, &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0660U);
    EXPECT_EQ(output_of({"stat", "-c", "%U:%G", socket_path}), "root:minidock");

    EXPECT_EQ(output({"version", "--format", "{{.Server.APIVersion}}"}), "1.47");
    EXPECT_EQ(property("minidock.service", "ActiveState"), "active");
    EXPECT_THAT(journal(), HasSubstr(std::string{"listens on "} + socket_path));
    EXPECT_EQ(property("minidock.service", "Delegate"), "yes");
    EXPECT_EQ(property("minidock.service", "OOMPolicy"), "continue")
        << "or one shim killed for want of memory would end the daemon";
}

TEST_F(Systemd, SeesNothingWrongInTheUnits) {
    const Outcome outcome =
        run({"systemd-analyze", "verify", "--man=no", "minidock.service", "minidock.socket"});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.err, "");
}

TEST_F(Systemd, ARestartIsNotNoticedByContainers) {
    start_box();
    const std::string pid = box_pid();
    const std::string before = daemon_pid();
    output_of({"systemctl", "restart", "minidock.service"});
    EXPECT_NE(daemon_pid(), before);
    expect_box_goes_on(pid);
    output({"stop", "--time", "0", "box"});
    EXPECT_EQ(output({"inspect", "-f", "{{.State.ExitCode}}", "box"}), "137");
}

TEST_F(Systemd, AfterAStopContainersRunAndTheNextClientStartsTheDaemon) {
    start_box();
    const std::string pid = box_pid();
    const std::string before = daemon_pid();
    output_of({"systemctl", "stop", "minidock.service"});
    EXPECT_TRUE(fs::exists("/proc/" + pid));
    expect_box_goes_on(pid);
    EXPECT_NE(daemon_pid(), before);
}

TEST_F(Systemd, ADaemonThatCrashesIsStartedAgain) {
    start_box();
    const std::string pid = box_pid();
    const std::string before = daemon_pid();
    ::kill(std::stoi(before), SIGKILL);
    EXPECT_TRUE(eventually([&] { return daemon_pid() != before && daemon_pid() != "0"; }));
    expect_box_goes_on(pid);
}

TEST_F(Systemd, ItsHousekeepingLeavesTheLimitsOfContainers) {
    start_box();
    const std::string pid = box_pid();
    output_of({"systemctl", "daemon-reload"});
    output_of({"systemctl", "daemon-reexec"});
    // It looks anew at which controllers the groups below it need.
    output_of({"systemctl", "set-property", "--runtime", "minidock.service", "MemoryMax=1G"});
    output_of({"systemctl", "revert", "minidock.service"});
    expect_box_goes_on(pid);
    const std::string group = read_file("/proc/" + pid + "/cgroup");
    EXPECT_THAT(group, StartsWith("0::/minidock/"));
}

TEST_F(Systemd, ReloadReadsTheConfigurationAgain) {
    output({"version"});
    const std::string before = daemon_pid();
    output_of({"mkdir", "-p", "/etc/minidock"});
    // Daemons of other tests may read it at this moment, and must not mind.
    write_all(open_file("/etc/minidock/daemon.json", O_WRONLY | O_CREAT, 0600).get(),
              R"({"max-concurrent-downloads": 3})", "daemon.json");
    output_of({"systemctl", "reload", "minidock.service"});
    EXPECT_TRUE(eventually([] {
        return journal().find("the configuration has been read again") != std::string::npos;
    }));
    EXPECT_EQ(daemon_pid(), before);
    fs::remove_all("/etc/minidock");
}

}  // namespace
}  // namespace minidock::test
