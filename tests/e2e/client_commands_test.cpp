// Our own client beside docker's: the same words, the same output, the same exit codes.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "minidock/base/fd.hpp"
#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ClientCommands : public testing::Test {
  protected:
    TestDaemon daemon;
    TempDir here;

    void SetUp() override {
        daemon.docker_output(
            {"run", "-d", "--name", "box", "--restart", "always", "busybox", "sleep", "1000"});
    }
    Outcome minidock(std::vector<std::string> words, std::string input = {}) {
        return daemon.minidock(std::move(words), std::move(input));
    }
    /// Both clients say the same.
    void expect_same(const std::vector<std::string>& words, const std::string& input = {}) {
        const Outcome ours = daemon.minidock(words, input);
        const Outcome dockers = daemon.docker(words, input);
        EXPECT_EQ(ours.out, dockers.out) << words.front();
        EXPECT_EQ(ours.status, dockers.status) << words.front() << ": " << ours.err;
    }
};

TEST_F(ClientCommands, ExecIsDockers) {
    expect_same({"exec", "box", "sh", "-c", "echo out; exit 5"});
    expect_same({"exec", "-i", "box", "cat"}, "some input\n");
    expect_same({"exec", "-e", "A=1", "-w", "/tmp", "-u", "7:8", "box", "sh", "-c",
                 "echo $A $PWD $(id -u):$(id -g)"});
    expect_same({"exec", "box", "no-such-program"});
    expect_same({"exec", "nobody", "true"});
    expect_same({"exec", "-d", "box", "true"});
}

TEST_F(ClientCommands, CompletionKnowsTheNamesOfWhatThereIs) {
    (void)daemon.docker({"volume", "create", "data"});
    EXPECT_THAT(minidock({"__complete", "stop", "b"}).out, HasSubstr("box\tUp "));
    EXPECT_EQ(minidock({"__complete", "rmi", "busy"}).out, "busybox:latest\t\n");
    EXPECT_EQ(minidock({"__complete", "run", "--network", "h"}).out, "host\thost\n");
    EXPECT_EQ(minidock({"__complete", "volume", "rm", ""}).out, "data\tlocal\n");
    EXPECT_EQ(minidock({"__complete", "exec", "box", ""}).out, "");
}

TEST_F(ClientCommands, DiskUsageIsDockers) {
    (void)daemon.docker({"run", "--name", "done", "-v", "data:/data", "busybox", "sh", "-c",
                         "head -c 1234567 /dev/zero > /data/a; head -c 2345678 /dev/zero > /b"});
    expect_same({"system", "df"});
    expect_same({"system", "df", "--format", "{{.Type}}: {{.Size}}, {{.Reclaimable}}"});
    (void)daemon.docker({"rm", "-f", "box", "done"});
    expect_same({"system", "df"});
}

TEST_F(ClientCommands, WhatLooksIsDockers) {
    (void)daemon.docker({"exec", "box", "touch", "/new"});
    expect_same({"diff", "box"});
    expect_same({"inspect", "--format", "{{.Name}}", "box"});
    EXPECT_THAT(minidock({"top", "box"}).out, HasSubstr("sleep 1000"));
    EXPECT_THAT(minidock({"stats", "--no-stream"}).out, HasSubstr("box"));
    EXPECT_THAT(minidock({"events", "--since", "10m", "--until", "0s"}).out,
                HasSubstr("container start"));
    EXPECT_NE(minidock({"top", "nobody"}).status, 0);
}

TEST_F(ClientCommands, WhatChangesIsDockers) {
    for (const char* verb : {"pause", "unpause"}) {
        const Outcome change = minidock({verb, "box"});
        EXPECT_EQ(change.out, "box\n") << change.err;
    }
    EXPECT_EQ(minidock({"restart", "-t", "0", "box"}).out, "box\n");
    EXPECT_EQ(minidock({"update", "--memory", "32m", "--memory-swap", "-1", "box"}).out, "box\n");
    EXPECT_EQ(daemon.inspect("box", "{{.HostConfig.Memory}}"), "33554432");
    EXPECT_EQ(minidock({"rename", "box", "crate"}).status, 0);
    EXPECT_EQ(daemon.inspect("crate", "{{.Name}}"), "/crate");
    (void)daemon.docker({"create", "--name", "old", "busybox", "true"});
    EXPECT_THAT(minidock({"container", "prune", "--force"}).out, HasSubstr("Deleted Containers:"));
}

TEST_F(ClientCommands, OptionsReachTheContainer) {
    const Outcome run = minidock({"create",
                                  "--name",
                                  "made",
                                  "--restart",
                                  "on-failure:3",
                                  "--init",
                                  "--privileged",
                                  "--cap-add",
                                  "SYS_ADMIN",
                                  "--ulimit",
                                  "nofile=100:200",
                                  "--health-cmd",
                                  "true",
                                  "--health-interval",
                                  "5s",
                                  "--log-opt",
                                  "max-size=1m",
                                  "--pid",
                                  "host",
                                  "--shm-size",
                                  "1m",
                                  "busybox",
                                  "true"});
    ASSERT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(daemon.inspect("made",
                             "{{.HostConfig.RestartPolicy.MaximumRetryCount}} "
                             "{{.HostConfig.Init}} {{.HostConfig.Privileged}} "
                             "{{.HostConfig.CapAdd}} {{(index .HostConfig.Ulimits 0).Hard}} "
                             "{{.Config.Healthcheck.Test}} {{.Config.Healthcheck.Interval}} "
                             "{{.HostConfig.LogConfig.Config}} {{.HostConfig.PidMode}} "
                             "{{.HostConfig.ShmSize}}"),
              "3 true true [SYS_ADMIN] 200 [CMD-SHELL true] 5s map[max-size:1m] host 1048576");
}

TEST_F(ClientCommands, CopyGoesBothWays) {
    fs::create_directories(here / "tree/sub");
    write_all(open_file(here / "tree/sub/file", O_WRONLY | O_CREAT, 0640).get(), "deep", "file");
    const auto copy = [&](const std::string& from, const std::string& to) {
        const Outcome outcome = minidock({"cp", from, to});
        EXPECT_EQ(outcome.status, 0) << outcome.err;
    };
    copy(here / "tree", "box:/opt");
    copy(here / "tree/.", "box:/tmp");
    copy(here / "tree/sub/file", "box:/tmp/other");
    EXPECT_EQ(daemon.docker_output(
                  {"exec", "box", "cat", "/opt/sub/file", "/tmp/sub/file", "/tmp/other"}),
              "deepdeepdeep");
    copy("box:/opt", here / "back");
    copy("box:/opt/sub/file", here / "single");
    EXPECT_EQ(read_file(here / "back/sub/file"), "deep");
    EXPECT_EQ(read_file(here / "single"), "deep");
    EXPECT_NE(minidock({"cp", "box:/nothing", here / "x"}).status, 0);
    EXPECT_NE(minidock({"cp", here / "nothing", "box:/"}).status, 0);
    EXPECT_EQ(minidock({"export", "-o", here / "all.tar", "box"}).status, 0);
    EXPECT_THAT(run({"tar", "-tf", here / "all.tar"}).out, HasSubstr("opt/sub/file"));
}

}  // namespace
}  // namespace minidock::test
