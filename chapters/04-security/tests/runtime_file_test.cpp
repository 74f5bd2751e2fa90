// Escapes by way of the runtime itself: its executable, its open files, its working directory.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "chapters/04-security/tests/museum.hpp"
#include "minidock/base/child.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// `minirun exec` of a program that waits for its input, and is not given any.
Child exec_and_leave(Bundle& bundle, const Fd& input, const std::vector<std::string>& command) {
    std::vector<std::string> words{"minirun", "--root", bundle.state_root(), "exec", "box"};
    words.insert(words.end(), command.begin(), command.end());
    return spawn({.path = program("minirun"),
                  .arguments = words,
                  .environment = std::nullopt,
                  .descriptors = {{input.get(), STDIN_FILENO}}});
}

/// The decoy: the container's "program" is whoever runs it, so that the runtime starts itself in
/// there, and waits for input.
const std::vector<std::string> runtime_itself{"/proc/self/exe", "update", "--resources", "-",
                                              "decoy-marker"};

// CVE-2019-5736
TEST(Museum, TheRuntimesOwnFileCannotBeWrittenFromInside) {
    Running box;
    add_attacker(box.bundle);
    Pipe input = Pipe::make();
    Child decoy = exec_and_leave(box.bundle, input.read_end, runtime_itself);
    Pipe output = Pipe::make();
    // Detached, so that no minirun of ours still runs from the file that is to be written.
    Child thief = spawn({.path = program("minirun"),
                         .arguments = {"minirun", "--root", box.bundle.state_root(), "exec", "-d",
                                       "box", "attacker", "steal-runtime", "decoy-marker"},
                         .environment = std::nullopt,
                         .descriptors = {{output.write_end.get(), STDOUT_FILENO}}});
    output.write_end.reset();
    EXPECT_TRUE(thief.wait().success());
    std::array<char, 64> said{};
    ASSERT_GT(::read(output.read_end.get(), said.data(), said.size() - 1), 0);
    EXPECT_STREQ(said.data(), "stolen\n");
    input.write_end.reset();  // the decoy reads the end of its input, and ends
    decoy.wait();
    EXPECT_EQ(read_all(output.read_end.get(), "the thief's words"),
              "not opened: Read-only file system\n");
}

TEST(Museum, NotEvenTheHostsRootCanWriteItThere) {
    Running box;
    Pipe input = Pipe::make();
    Child decoy = exec_and_leave(box.bundle, input.read_end, runtime_itself);
    Fd exe;
    ASSERT_TRUE(eventually([&] {
        const Json pids =
            parse_json(minirun(box.bundle, {"ps", "--format", "json", "box"}).out, "the list");
        if (pids.size() != 2) return false;
        const std::string process = "/proc/" + pids[1].dump();
        if (!read_file(process + "/cmdline").starts_with("/proc/self/exe")) return false;
        exe = open_file(process + "/exe", O_PATH);
        return true;
    }));
    input.write_end.reset();
    decoy.wait();
    int refusal = 0;
    // While anybody still runs the file, that is what the kernel says first.
    EXPECT_TRUE(eventually([&] {
        const Fd again{::open(fd_path(exe.get()).c_str(), O_WRONLY | O_CLOEXEC)};
        refusal = again ? 0 : errno;
        return refusal != ETXTBSY;
    }));
    EXPECT_EQ(refusal, EROFS);
}

// CVE-2024-21626
TEST(Museum, ExecCannotWorkInAFolderOfTheHostThroughALeakedDescriptor) {
    Running box;
    for (int fd = 3; fd < 20; ++fd) {
        const Outcome outcome =
            minirun(box.bundle, {"exec", "--cwd", "/proc/self/fd/" + std::to_string(fd), "box",
                                 "sh", "-c", "ls ../../../../../.."});
        EXPECT_NE(outcome.status, 0) << fd << outcome.out;
    }
}

TEST(Museum, ADescriptorThatTheCallerForgotToCloseIsNotTheContainers) {
    Bundle bundle{{"sh", "-c", "ls /proc/self/fd"}};
    bundle.path();
    const Outcome outcome =
        run({"sh", "-c", "exec 7</etc; exec \"$@\"", "sh", program("minirun"), "--root",
             bundle.state_root(), "run", "--bundle", bundle.path(), "box"});
    EXPECT_EQ(outcome.out, "0\n1\n2\n3\n");  // 3 is the folder that ls reads
}

// CVE-2016-9962
TEST(Museum, NobodySeesTheOpenFilesOfAProcessThatComesIn) {
    Running box;
    add_attacker(box.bundle);
    Pipe output = Pipe::make();
    Child spy = spawn({.path = program("minirun"),
                       .arguments = {"minirun", "--root", box.bundle.state_root(), "exec", "box",
                                     "attacker", "peek"},
                       .environment = std::nullopt,
                       .descriptors = {{output.write_end.get(), STDOUT_FILENO}}});
    output.write_end.reset();
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(box.exec({"true"}).status, 0);
    ::kill(spy.pid(), SIGTERM);
    EXPECT_THAT(read_all(output.read_end.get(), "what the spy saw"), Not(HasSubstr("saw ")));
    spy.wait();
}

}  // namespace
}  // namespace minidock::test
