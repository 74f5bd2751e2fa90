// What the kernel shows of a process that start() has made.
#include "minidock/namespaces/start.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "chapters/01-namespaces/tests/shell_inside.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/base/temp_dir.hpp"
#include "minidock/namespaces/inspect.hpp"
#include "minidock/namespaces/isolation.hpp"
#include "minidock/namespaces/reaper.hpp"
#include "tests/support/command.hpp"

namespace minidock::namespaces {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const IdMaps high_ids{.users = {{0, 100000, 65536}}, .groups = {{0, 100000, 65536}}};

/// Everything of its own that this kernel can give, except users.
Plan own_everything() {
    return plan_for({}, available_kinds());
}

TEST(Start, AKindAskedForIsItsOwnAndTheOthersAreShared) {
    const auto ours = namespaces_of(::getpid());
    for (const auto& [asked, id] : ours) {
        ShellInside shell{{.own = {asked}, .id_maps = high_ids}, "exec sleep 10"};
        for (const auto& [kind, their_id] : namespaces_of(shell.pid())) {
            EXPECT_EQ(their_id != ours.at(kind), kind == asked)
                << "asked for " << oci_name(asked) << ", looked at " << oci_name(kind);
        }
    }
}

TEST(Start, TheProcessIsPid1) {
    EXPECT_EQ((ShellInside{{.own = {Kind::pid}}, "echo $$"}.result().out), "1\n");
}

TEST(Start, AHostNameDoesNotLeak) {
    std::array<char, 256> before{};
    std::array<char, 256> after{};
    ASSERT_EQ(::gethostname(before.data(), before.size()), 0);
    ShellInside shell{{.own = {Kind::uts}}, "hostname", [] {
                          kernel::sethostname("inside", {1, "for the test"});
                      }};
    EXPECT_EQ(shell.result().out, "inside\n");
    ASSERT_EQ(::gethostname(after.data(), after.size()), 0);
    EXPECT_STREQ(before.data(), after.data());
}

TEST(Start, AMountDoesNotLeak) {
    ShellInside shell{{.own = {Kind::mount, Kind::pid}},
                      "mount -t tmpfs from-the-test /tmp && grep -c ^from-the-test /proc/mounts",
                      mount_proc};
    EXPECT_EQ(shell.result().out, "1\n");
    EXPECT_THAT(read_file("/proc/mounts"), testing::Not(HasSubstr("from-the-test")));
}

TEST(Start, ANetworkOfItsOwnHasALoopbackDeviceAndNothingElse) {
    ShellInside shell{{.own = {Kind::network}}, "tail -n +3 /proc/net/dev | cut -d: -f1"};
    EXPECT_EQ(shell.result().out, "    lo\n");
}

TEST(Start, AMessageQueueOfOutsideIsNotSeen) {
    const int queue = ::msgget(IPC_PRIVATE, 0600);
    ASSERT_GE(queue, 0);
    ShellInside shell{{.own = {Kind::ipc}}, "tail -n +2 /proc/sysvipc/msg | wc -l"};
    EXPECT_EQ(shell.result().out, "0\n");
    ::msgctl(queue, IPC_RMID, nullptr);
}

TEST(Start, IdsInsideStandForThoseOfTheMap) {
    const ScriptResult result = ShellInside{
        {.own = {Kind::user}, .id_maps = high_ids}, "id -u; cat /proc/self/uid_map", [] {
            become_first_inside(high_ids);
        }}.result();
    EXPECT_THAT(result.out, testing::MatchesRegex("0\n +0 +100000 +65536\n"));
}

TEST(Start, AFileMadeInsideBelongsToTheUserOutside) {
    const TempDir folder;
    ASSERT_EQ(::chmod(folder.path().c_str(), 0777), 0);
    const std::string file = folder / "made-inside";
    ShellInside{{.own = {Kind::user}, .id_maps = high_ids},
                "touch " + file,
                [] { become_first_inside(high_ids); }}
        .result();
    struct stat info {};
    ASSERT_EQ(::stat(file.c_str(), &info), 0);
    EXPECT_EQ(info.st_uid, 100000U);
    EXPECT_EQ(info.st_gid, 100000U);
}

TEST(Start, RootInsideIsNobodyToTheFilesOfOutside) {
    const TempDir folder;  // of root's, for root only
    const ScriptResult result = ShellInside{
        {.own = {Kind::user}, .id_maps = high_ids}, "ls " + folder.path(), [] {
            become_first_inside(high_ids);
        }}.result();
    EXPECT_THAT(result.out, HasSubstr("Permission denied"));
}

TEST(Start, TheEndIsToldAsCodeOrSignal) {
    EXPECT_EQ((ShellInside{own_everything(), "exit 7"}.result().status.code), 7);
    ShellInside shell{own_everything(), "exec sleep 10"};
    ASSERT_EQ(::kill(shell.pid(), SIGKILL), 0);
    const ExitStatus status = shell.result().status;
    EXPECT_EQ(status.signal, SIGKILL);
    EXPECT_EQ(status.shell_code(), 137);
}

TEST(Start, WhatGoesWrongInsideIsThrownOutside) {
    const Sides sides{.inside = [](ChildSide&) { throw SystemError("light the lamp", EPERM); }};
    EXPECT_THAT([&] { start(own_everything(), sides); },
                ThrowsMessage<StartError>("light the lamp: Operation not permitted"));
}

TEST(Start, WhatGoesWrongOutsideEndsTheProcess) {
    pid_t made = 0;
    const Sides sides{.outside =
                          [&](pid_t child, ParentSide&) {
                              made = child;
                              throw SystemError("find a group", ENOENT);
                          },
                      .inside = [](ChildSide&) {}};
    EXPECT_THROW(start(own_everything(), sides), SystemError);
    ASSERT_GT(made, 0);
    EXPECT_EQ(::kill(made, 0), -1) << "process " << made << " is left behind";
}

/// The exit code with which a command could not be started.
int refusal_of(const std::string& command) {
    try {
        start(own_everything(),
              {.inside = [&](ChildSide&) { execute({command}, {"PATH=/usr/bin:/bin"}); }});
    } catch (const StartError& error) {
        EXPECT_THAT(error.what(), HasSubstr(command));
        return error.exit_code();
    }
    ADD_FAILURE() << command << " was started";
    return 0;
}

TEST(Start, ACommandThatIsNotThereIs127) {
    EXPECT_EQ(refusal_of("no-such-command"), 127);
    EXPECT_EQ(refusal_of("/no/such/command"), 127);
}

TEST(Start, AFileThatIsNoProgramIs126) {
    EXPECT_EQ(refusal_of("/etc/passwd"), 126);
    EXPECT_EQ(refusal_of("/etc"), 126);
}

TEST(Start, NoDescriptorOfOursIsInherited) {
    const std::string look = "ls /proc/$$/fd";
    const std::string of_a_plain_child = test::run({"sh", "-c", look}).out;
    EXPECT_EQ((ShellInside{own_everything(), look, mount_proc}.result().out), of_a_plain_child);
}

TEST(Start, NoSignalIsHeldBackFromTheProgram) {
    EXPECT_EQ(run_in_foreground([] {
                  return start({}, {.inside = [](ChildSide&) {
                                   execute({"/bin/sh", "-c", "kill -TERM $$; exit 1"}, {});
                               }});
              }).signal,
              SIGTERM);
}

}  // namespace
}  // namespace minidock::namespaces
