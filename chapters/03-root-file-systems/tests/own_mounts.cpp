#include "own_mounts.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "minidock/base/error.hpp"

namespace minidock::test {

namespace fs = std::filesystem;

void OwnMounts::SetUp() {
    ASSERT_EQ(::unshare(CLONE_NEWNS), 0) << std::strerror(errno) << " (root tests need root)";
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    std::string name = "/tmp/minidock-test-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    scratch_ = name;
    ASSERT_EQ(::mount("scratch", scratch_.c_str(), "tmpfs", 0, "mode=755"), 0);
}

void OwnMounts::TearDown() {
    // Only an empty folder is removed: never through a mount, into somebody's files.
    EXPECT_EQ(::umount2(scratch_.c_str(), MNT_DETACH), 0);
    EXPECT_EQ(::rmdir(scratch_.c_str()), 0);
}

std::string OwnMounts::folder(const std::string& name) const {
    fs::create_directories(at(name));
    return at(name);
}

std::string OwnMounts::file(const std::string& name, const std::string& content) const {
    fs::create_directories(fs::path{at(name)}.parent_path());
    std::ofstream{at(name)} << content;
    return at(name);
}

std::string in_child(const std::function<std::string()>& work) {
    Pipe pipe = Pipe::make();
    const pid_t pid = ::fork();
    if (pid < 0) throw SystemError("fork");
    if (pid == 0) {
        std::string said;
        try {
            said = work();
        } catch (const std::exception& error) {
            said = std::string{"threw: "} + error.what();
        }
        write_all(pipe.write_end.get(), said, "the answer");
        ::_exit(0);
    }
    pipe.write_end.reset();
    std::string said = read_all(pipe.read_end.get(), "a child's answer");
    ::waitpid(pid, nullptr, 0);
    return said;
}

std::string list(const std::string& folder) {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator{folder})
        names.push_back(entry.path().filename());
    std::ranges::sort(names);
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : " ") + name;
    return text;
}

std::string try_to_write(const std::string& path) {
    const Fd fd{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644)};
    if (!fd) return std::strerror(errno);
    return ::write(fd.get(), "x", 1) == 1 ? "written" : std::strerror(errno);
}

std::vector<std::string> mounts_below(const std::string& path) {
    const std::string below = path.ends_with('/') ? path : path + "/";
    std::vector<std::string> found;
    std::istringstream table{read_file("/proc/self/mountinfo")};
    for (std::string line; std::getline(table, line);) {
        std::istringstream fields{line};
        std::string id, parent, device, root, place;
        fields >> id >> parent >> device >> root >> place;
        if (place == path || place.starts_with(below)) found.push_back(place);
    }
    return found;
}

}  // namespace minidock::test
