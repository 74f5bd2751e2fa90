// Daemon, shim or runtime die at a named place in the middle of an operation. The daemon is started
// again where it was the one, and everything is as if the operation had been done or had not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "tests/support/eventually.hpp"
#include "tests/support/test_daemon.hpp"
#include "tests/support/test_registry.hpp"

namespace minidock::test {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;

/// What is done when the program dies, and what must be there for it.
struct Operation {
    std::vector<std::vector<std::string>> before;
    std::vector<std::string> command;
};

const Operation& operation_of(const std::string& point) {
    static const Operation create{{}, {"create", "--name", "box", "busybox", "true"}};
    static const Operation run{{}, {"run", "--name", "box", "busybox", "true"}};
    static const Operation exec{{{"run", "--detach", "--name", "box", "busybox", "sleep", "1000"}},
                                {"exec", "box", "true"}};
    static const Operation remove{{{"create", "--name", "box", "busybox", "true"}}, {"rm", "box"}};
    static const Operation commit{{{"run", "--name", "box", "busybox", "touch", "/new"}},
                                  {"commit", "box", "made:1"}};
    const std::string of = point.substr(0, point.find('.'));
    if (of == "create") return create;
    if (of == "exec") return exec;
    if (of == "remove") return remove;
    if (of == "commit" || of == "arrival") return commit;
    return run;
}

bool has_ended(pid_t pid) {
    return read_file("/proc/" + std::to_string(pid) + "/stat").find(") Z ") != std::string::npos;
}

class FailPoint : public testing::TestWithParam<const char*> {
  protected:
    void SetUp() override {
        // Programs that a start of the daemon leads to inherit it.
        daemon_.kill();
        ::setenv("MINIDOCK_FAIL_POINT", (std::string{GetParam()} + ":" + marker_).c_str(), 1);
        daemon_.start();
        ::unsetenv("MINIDOCK_FAIL_POINT");
    }

    void prepare(const Operation& operation) {
        for (const auto& words : operation.before)
            daemon_.docker_output(words);
    }

    /// Does something that dies on the way. @return who died
    std::string die_during(const std::vector<std::string>& command) {
        (void)daemon_.docker(command);
        EXPECT_TRUE(eventually([&] { return fs::exists(marker_); })) << "it was never there";
        const bool daemon_died =
            eventually([&] { return has_ended(daemon_.pid()); }, std::chrono::milliseconds{300});
        if (!daemon_died) return "daemon lives";
        daemon_.kill();
        daemon_.start();
        return "daemon died";
    }

    std::string state_of_box() {
        const Outcome outcome = daemon_.docker(
            {"inspect", "--type", "container", "--format", "{{.State.Status}}", "box"});
        return outcome.status == 0 ? outcome.out.substr(0, outcome.out.size() - 1) : "not there";
    }

    void expect_no_half_image() const {
        for (const char* folder : {"/layers/unfinished", "/images/incoming"})
            EXPECT_TRUE(fs::is_empty(daemon_.data_root() + folder)) << folder;
    }

    TestDaemon daemon_;
    TempDir folder_;
    std::string marker_ = folder_ / "died";
};

class FailPointOfContainers : public FailPoint {};

TEST_P(FailPointOfContainers, LeavesNothingHalfDone) {
    const Operation& operation = operation_of(GetParam());
    prepare(operation);
    const std::string death = die_during(operation.command);
    EXPECT_TRUE(
        eventually([&] { return state_of_box() != "running" || !operation.before.empty(); }));
    const std::string found = state_of_box();
    std::cout << GetParam() << ": " << death << ", the container is " << found << "\n";
    EXPECT_THAT(found, AnyOf("not there", "created", "exited", "running"));
    expect_no_half_image();

    if (found != "not there") daemon_.docker_output({"rm", "--force", "box"});
    prepare(operation);
    const Outcome again = daemon_.docker(operation.command);
    EXPECT_EQ(again.status, 0) << again.err << daemon_.log();
    if (state_of_box() != "not there") daemon_.docker_output({"rm", "--force", "box"});
    // And what is left fails in the daemon's destructor.
}

INSTANTIATE_TEST_SUITE_P(
    At, FailPointOfContainers,
    testing::Values("create.name-reserved", "create.folder-made", "create.extensions-told",
                    "create.written-down", "create.listed", "start.bundle-written",
                    "start.folder-made", "start.extensions-told", "start.shim-started",
                    "start.program-runs", "start.written-down", "start.announced", "shim.listening",
                    "shim.root-mounted", "shim.program-created", "shim.program-started",
                    "shim.program-ended", "shim.runtime-removed", "shim.exit-written",
                    "shim.folder-removed", "runtime.state-written", "runtime.group-made",
                    "runtime.process-born", "runtime.process-ready", "exec.created",
                    "exec.process-written", "exec.sent", "exec.started", "remove.begun",
                    "remove.extensions-told", "remove.folder-removed", "remove.forgotten",
                    "commit.layer-packed", "commit.layer-kept", "arrival.blobs-kept",
                    "arrival.listed"));

class FailPointOfPull : public FailPoint {};

TEST_P(FailPointOfPull, LeavesNothingHalfDone) {
    if (!TestRegistry::is_installed()) GTEST_SKIP() << "docker-registry is not installed";
    const TestRegistry registry;
    const std::string name = registry.name("team/box:1");
    daemon_.docker_output({"tag", "busybox", name});
    daemon_.docker_output({"push", "--quiet", name});
    daemon_.docker_output({"rmi", "--force", name, "busybox"});
    const std::string death = die_during({"pull", "--quiet", name});
    std::cout << GetParam() << ": " << death
              << ", images: " << daemon_.docker_output({"images", "--quiet"}).size() / 12 << "\n";
    expect_no_half_image();
    daemon_.docker_output({"pull", "--quiet", name});
    daemon_.docker_output({"run", "--rm", name, "true"});
}

INSTANTIATE_TEST_SUITE_P(At, FailPointOfPull,
                         testing::Values("pull.layer-fetched", "pull.layer-kept",
                                         "pull.layer-unpacked", "arrival.blobs-kept",
                                         "arrival.listed"));

}  // namespace
}  // namespace minidock::test
