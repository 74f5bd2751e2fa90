#include "tests/support/test_daemon.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <stdexcept>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/unix_socket.hpp"

namespace minidock::test {

namespace fs = std::filesystem;

namespace {

/// Folders of control groups under a name, in whichever trees the machine has.
std::vector<std::string> cgroup_folders(const std::string& name) {
    std::vector<std::string> found;
    const fs::path root{"/sys/fs/cgroup"};
    if (fs::exists(root / name)) found.push_back(root / name);
    for (const auto& tree : fs::directory_iterator{root}) {
        if (tree.is_directory() && fs::exists(tree.path() / name)) {
            found.push_back(tree.path() / name);
        }
    }
    return found;
}

/// Command lines of processes that mention a text.
std::vector<std::string> processes_mentioning(const std::string& text) {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator{"/proc"}) {
        const std::string pid = entry.path().filename();
        if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
        try {
            const std::string line = read_file(entry.path() / "cmdline");
            if (line.find(text) != std::string::npos) found.push_back(pid + ": " + line.c_str());
        } catch (const SystemError&) {
            // It has ended meanwhile.
        }
    }
    return found;
}

}  // namespace

std::string embedded_image() {
    return fs::path{program("minidockd")}.parent_path().parent_path() /
           "share/minidock/busybox.tar";
}

TestDaemon::TestDaemon(Options options) : options_{std::move(options)} {
    if (options_.runtime.empty()) options_.runtime = program("minirun");
    cgroup_parent_ = "/minidock-test-" + fs::path{root_.path()}.filename().string();
    start();
    if (options_.busybox) {
        const Outcome load = docker({"load", "--quiet", "--input", embedded_image()});
        if (load.status != 0) throw std::runtime_error{"load busybox: " + load.err};
    }
}

TestDaemon::~TestDaemon() {
    if (!daemon_) start();
    const Outcome all = docker({"ps", "--all", "--quiet"});
    for (std::string rest = all.out; !rest.empty();) {
        const std::size_t end = rest.find('\n');
        const Outcome removal = docker({"rm", "--force", rest.substr(0, end)});
        EXPECT_EQ(removal.status, 0) << removal.err << "\nThe daemon's log:\n" << log();
        rest.erase(0, end == std::string::npos ? end : end + 1);
    }
    ::kill(daemon_->pid(), SIGTERM);
    daemon_->wait();
    daemon_.reset();
    expect_nothing_left();
    if (testing::Test::HasFailure()) std::fprintf(stderr, "The daemon's log:\n%s", log().c_str());
}

void TestDaemon::start() {
    const Fd log = open_file(root_ / "log", O_WRONLY | O_CREAT | O_APPEND, 0644);
    const Fd null = open_file("/dev/null", O_RDONLY);
    Program start{
        .path = program("minidockd"),
        .arguments = {program("minidockd"), "--host", host(), "--data-root", data_root(),
                      "--exec-root", exec_root(), "--cgroup-parent", cgroup_parent_,
                      "--default-runtime", options_.runtime, "--debug", "--nft-table",
                      "minidock_" + fs::path{root_.path()}.filename().string()},
        .descriptors = {
            {null.get(), STDIN_FILENO}, {log.get(), STDOUT_FILENO}, {log.get(), STDERR_FILENO}}};
    start.arguments.insert(start.arguments.end(), options_.arguments.begin(),
                           options_.arguments.end());
    if (options_.own_network) {
        enter_own_network(start);
    } else {
        start.arguments.insert(start.arguments.end(), {"--bridge", "none"});
    }
    daemon_.emplace(spawn(start));
    wait_until_it_answers();
    if (options_.own_network && !network_)
        network_ = open_file("/proc/" + std::to_string(pid()) + "/ns/net", O_RDONLY);
}

/// Puts programs before a program that make it run in the namespace, and become it.
void TestDaemon::enter_own_network(Program& program) const {
    std::vector<std::string> words{
        "unshare", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"};
    if (network_)
        words = {"nsenter", "--net=/proc/" + std::to_string(::getpid()) + "/fd/" +
                                std::to_string(network_.get())};
    program.path = "/usr/bin/" + words.front();
    words.insert(words.end(), program.arguments.begin(), program.arguments.end());
    program.arguments = std::move(words);
}

void TestDaemon::wait_until_it_answers() const {
    const bool answers = eventually([&] {
        try {
            connect_unix(socket());
            return true;
        } catch (const SystemError&) {
            return false;
        }
    });
    if (!answers) throw std::runtime_error{"minidockd does not answer:\n" + log()};
}

void TestDaemon::kill() {
    ::kill(daemon_->pid(), SIGKILL);
    daemon_->wait();
    daemon_.reset();
}

Outcome TestDaemon::docker(std::vector<std::string> words, std::string input) const {
    words.insert(words.begin(), {"docker", "--host", host()});
    return run(std::move(words), std::move(input));
}

Outcome TestDaemon::minidock(std::vector<std::string> words, std::string input) const {
    words.insert(words.begin(), {program("minidock"), "--host", host()});
    return run(std::move(words), std::move(input));
}

std::string TestDaemon::docker_output(std::vector<std::string> words) const {
    Outcome outcome = docker(std::move(words));
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    while (outcome.out.ends_with('\n'))
        outcome.out.pop_back();
    return outcome.out;
}

Outcome TestDaemon::on_its_machine(std::vector<std::string> words) const {
    words.insert(words.begin(), {"nsenter", "--target", std::to_string(pid()), "--net"});
    return run(std::move(words));
}

std::string TestDaemon::log() const {
    return read_file(root_ / "log");
}

void TestDaemon::expect_nothing_left() const {
    EXPECT_TRUE(eventually([&] { return processes_mentioning(root_.path()).empty(); }))
        << "left behind: " << testing::PrintToString(processes_mentioning(root_.path()));
    EXPECT_EQ(read_file("/proc/self/mountinfo").find(root_.path()), std::string::npos)
        << "a mount is left behind";
    for (const std::string& folder : cgroup_folders(cgroup_parent_.substr(1))) {
        std::error_code error;
        // The parent itself is the daemon's to keep; in a test it goes.
        fs::remove(folder, error);
        EXPECT_FALSE(error) << folder << " is not empty: " << error.message();
    }
    for (const char* name : {"/runtime", ""}) {
        const std::string folder = exec_root() + name;
        if (!fs::exists(folder)) continue;
        for (const auto& entry : fs::directory_iterator{folder}) {
            // The runtime keeps translated seccomp profiles for the containers to come.
            const std::string kept = entry.path().filename();
            if (kept == "runtime" || kept == ".seccomp") continue;
            ADD_FAILURE() << "left behind: " << entry.path();
        }
    }
    EXPECT_TRUE(fs::is_empty(data_root() + "/containers")) << "a container's folder is left behind";
}

}  // namespace minidock::test
