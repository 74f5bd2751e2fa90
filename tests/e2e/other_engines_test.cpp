// minirun in the place of runc: podman, containerd and dockerd run their containers by it, with
// limits, exec, pause and a terminal.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/child.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/json.hpp"
#include "minidock/base/temp_dir.hpp"
#include "minidock/cgroups/group.hpp"
#include "tests/support/bundle.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/pty.hpp"
#include "tests/support/systemd.hpp"

namespace minidock::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string path_of(const std::string& program) {
    for (const char* folder : {"/usr/sbin/", "/usr/bin/"})
        if (fs::exists(folder + program)) return folder + program;
    return "";
}

/// A daemon of another engine's, which ends with the test.
class Daemon {
  public:
    Daemon(const std::string& name, std::vector<std::string> arguments, const std::string& log) {
        const Fd file = open_file(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        arguments.insert(arguments.begin(), name);
        child_.emplace(spawn({.path = path_of(name),
                              .arguments = arguments,
                              .environment = std::nullopt,
                              .descriptors = {{file.get(), 1}, {file.get(), 2}}}));
    }
    ~Daemon() {
        ::kill(child_->pid(), SIGTERM);
        child_->wait();
    }
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

  private:
    std::optional<Child> child_;
};

/// A control group for an engine's containers to be below, gone when the test is over.
class Group {
  public:
    Group() : path_{"/minidock-test-" + short_id(random_id())} {}
    ~Group() {
        try {
            cgroups::Group::open(path_).remove();
        } catch (const NotFound&) {
            // The engine has removed it, or never made it.
        }
    }
    Group(const Group&) = delete;
    Group& operator=(const Group&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_;
};

/// A client's command line, to which a test adds words.
class Client {
  public:
    explicit Client(std::vector<std::string> words) : words_{std::move(words)} {}
    [[nodiscard]] std::vector<std::string> with(const std::vector<std::string>& more) const {
        std::vector<std::string> all = words_;
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    [[nodiscard]] Outcome operator()(const std::vector<std::string>& more) const {
        return run(Invocation{.arguments = with(more)});
    }

  private:
    std::vector<std::string> words_;
};

/// A folder for all that an engine keeps, and a root file system.
struct Place {
    Group group;
    TempDir folder;
    std::string root = folder / "rootfs";
    Place() { make_busybox_root(root); }
};

/// @param manager  who makes the groups, in podman's words
void podman_runs_containers(const std::string& manager) {
    if (path_of("podman").empty()) GTEST_SKIP() << "podman is not installed";
    const Place place;
    const Client podman{{"podman", "--root", place.folder / "data", "--runroot",
                         place.folder / "run", "--cgroup-manager", manager, "--runtime",
                         program("minirun")}};
    const auto words = [&](std::vector<std::string> first, std::vector<std::string> command) {
        // Its default limits are higher than root may go on every machine.
        for (const char* word : {"--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit",
                                 "nproc=1024:1024", "--cgroup-parent"})
            first.emplace_back(word);
        first.push_back(manager == "systemd" ? "machine.slice" : place.group.path());
        first.emplace_back("--rootfs");
        first.push_back(place.root);
        first.insert(first.end(), command.begin(), command.end());
        return first;
    };
    const Outcome once =
        podman(words({"run", "--rm", "--memory", "64m"}, {"sh", "-c", "echo hello; exit 7"}));
    EXPECT_EQ(once.status, 7) << once.err;
    EXPECT_EQ(once.out, "hello\n");

    ASSERT_EQ(podman(words({"run", "-d", "--name", "box"}, {"sleep", "1000"})).status, 0);
    EXPECT_EQ(podman({"exec", "-e", "A=b", "box", "sh", "-c", "echo $A"}).out, "b\n");
    EXPECT_EQ(podman({"exec", "box", "sh", "-c", "exit 5"}).status, 5);
    EXPECT_EQ(podman({"exec", "box", "nothing-here"}).status, 127);
    EXPECT_EQ(podman({"pause", "box"}).status, 0);
    EXPECT_EQ(podman({"inspect", "-f", "{{.State.Status}}", "box"}).out, "paused\n");
    EXPECT_EQ(podman({"unpause", "box"}).status, 0);
    {
        Pty pty{podman.with({"exec", "-it", "box", "sh"}), 24, 80};
        pty.type("stty size; tty; exit 3\n");
        EXPECT_THAT(pty.read_all(), HasSubstr("/dev/pts/"));
        EXPECT_EQ(pty.wait().code, 3);
    }
    EXPECT_EQ(podman({"kill", "box"}).status, 0);
    EXPECT_EQ(podman({"wait", "box"}).out, "137\n");
    EXPECT_EQ(podman({"rm", "-f", "box"}).status, 0);
}

TEST(OtherEngines, PodmanRunsContainersByMinirun) {
    podman_runs_containers("cgroupfs");
}

TEST(OtherEngines, PodmanRunsContainersByMinirunInSystemdsGroups) {
    if (!systemd_makes_groups()) GTEST_SKIP() << "systemd makes no control groups here";
    podman_runs_containers("systemd");
}

TEST(OtherEngines, ContainerdRunsContainersByMinirun) {
    if (path_of("containerd").empty()) GTEST_SKIP() << "containerd is not installed";
    const Place place;
    write_atomically(place.folder / "config.toml",
                     "version = 2\nroot = \"" + (place.folder / "root") + "\"\nstate = \"" +
                         (place.folder / "state") +
                         "\"\ndisabled_plugins = [\"io.containerd.grpc.v1.cri\"]\n[grpc]\n"
                         "address = \"" +
                         (place.folder / "sock") + "\"\n",
                     Durability::crash);
    const Daemon daemon{
        "containerd", {"--config", place.folder / "config.toml"}, place.folder / "log"};
    const Client ctr{{"ctr", "--address", place.folder / "sock"}};
    ASSERT_TRUE(eventually([&] { return ctr({"version"}).status == 0; }, std::chrono::seconds{30}));
    const std::string id = "minidock-" + short_id(random_id());
    const auto words = [&](std::vector<std::string> first, std::vector<std::string> command) {
        for (const std::string& word :
             {std::string{"--runc-binary"}, program("minirun"), std::string{"--runtime"},
              std::string{"io.containerd.runc.v2"}, std::string{"--cgroup"},
              place.group.path() + "/" + id, std::string{"--rootfs"}, place.root, id})
            first.push_back(word);
        first.insert(first.end(), command.begin(), command.end());
        return first;
    };
    const Outcome once = ctr(words({"run", "--rm"}, {"sh", "-c", "echo hello; exit 7"}));
    EXPECT_EQ(once.status, 7) << once.err;
    EXPECT_EQ(once.out, "hello\n");

    ASSERT_EQ(ctr(words({"run", "-d"}, {"sleep", "1000"})).status, 0);
    EXPECT_THAT(ctr({"task", "exec", "--exec-id", "one", id, "hostname"}).status, 0);
    EXPECT_EQ(ctr({"task", "pause", id}).status, 0);
    EXPECT_THAT(ctr({"task", "ls"}).out, HasSubstr("PAUSED"));
    EXPECT_EQ(ctr({"task", "resume", id}).status, 0);
    EXPECT_EQ(ctr({"task", "kill", "-s", "KILL", id}).status, 0);
    EXPECT_TRUE(eventually([&] {
        return ctr({"task", "ls"}).out.find("STOPPED") != std::string::npos;
    }));
    EXPECT_EQ(ctr({"task", "rm", id}).status, 0);
    EXPECT_EQ(ctr({"container", "rm", id}).status, 0);
}

/// @param driver  who makes the groups, in dockerd's words
void dockerd_runs_containers(const std::string& driver) {
    if (path_of("dockerd").empty()) GTEST_SKIP() << "dockerd is not installed";
    const Place place;
    const std::string socket = "unix://" + (place.folder / "sock");
    const Json config{{"runtimes", {{"minirun", {{"path", program("minirun")}}}}},
                      {"default-runtime", "minirun"},
                      {"bridge", "none"},
                      {"iptables", false},
                      {"ip6tables", false},
                      {"storage-driver", "vfs"},
                      {"exec-opts", {"native.cgroupdriver=" + driver}},
                      {"cgroup-parent", driver == "systemd" ? "system.slice" : place.group.path()},
                      {"data-root", place.folder / "data"},
                      {"exec-root", place.folder / "exec"},
                      {"pidfile", place.folder / "pid"},
                      {"hosts", Json::array({socket})}};
    write_atomically(place.folder / "daemon.json", config.dump(), Durability::crash);
    const Daemon daemon{
        "dockerd", {"--config-file", place.folder / "daemon.json"}, place.folder / "log"};
    const Client docker{{"docker", "-H", socket}};
    ASSERT_TRUE(
        eventually([&] { return docker({"version"}).status == 0; }, std::chrono::seconds{30}));
    ASSERT_EQ(run({"sh", "-c",
                   "tar -C " + place.root + " -c . | docker -H " + socket + " import - box:latest"})
                  .status,
              0);
    const Outcome once =
        docker({"run", "--rm", "--network", "none", "box", "sh", "-c", "echo hello; exit 7"});
    EXPECT_EQ(once.status, 7) << once.err;
    EXPECT_EQ(once.out, "hello\n");

    ASSERT_EQ(docker({"run", "-d", "--name", "box", "--network", "none", "--memory", "64m",
                      "--pids-limit", "50", "box", "sh", "-c", "echo logged; sleep 1000"})
                  .status,
              0);
    EXPECT_EQ(docker({"exec", "-u", "1000", "box", "id", "-u"}).out, "1000\n");
    EXPECT_EQ(docker({"exec", "box", "sh", "-c", "exit 5"}).status, 5);
    EXPECT_EQ(docker({"update", "--memory", "32m", "--memory-swap", "64m", "box"}).status, 0);
    EXPECT_EQ(docker({"pause", "box"}).status, 0);
    EXPECT_EQ(docker({"unpause", "box"}).status, 0);
    EXPECT_THAT(docker({"top", "box"}).out, HasSubstr("sleep 1000"));
    EXPECT_EQ(docker({"logs", "box"}).out, "logged\n");
    {
        Pty pty{docker.with({"exec", "-it", "box", "sh"}), 24, 80};
        pty.type("tty; exit 3\n");
        EXPECT_THAT(pty.read_all(), HasSubstr("/dev/pts/"));
        EXPECT_EQ(pty.wait().code, 3);
    }
    EXPECT_EQ(docker({"kill", "box"}).status, 0);
    EXPECT_EQ(docker({"rm", "-f", "box"}).status, 0);
}

TEST(OtherEngines, DockerdRunsContainersByMinirun) {
    dockerd_runs_containers("cgroupfs");
}

TEST(OtherEngines, DockerdRunsContainersByMinirunInSystemdsGroups) {
    if (!systemd_makes_groups()) GTEST_SKIP() << "systemd makes no control groups here";
    dockerd_runs_containers("systemd");
}

}  // namespace
}  // namespace minidock::test
