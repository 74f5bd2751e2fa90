// Handing controllers down, in a folder that only looks like a tree of groups: what is written to
// which file can be seen there without the kernel's files.
#include "minidock/cgroups/folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"

namespace minidock::cgroups {
namespace {

/// The groups "", /a, /a/b and /a/b/c, none of which hands anything down.
class HandingDown : public testing::Test {
  protected:
    HandingDown() {
        for (const char* group : {"", "/a", "/a/b", "/a/b/c"}) {
            ::mkdir((tree_.path() + group).c_str(), 0755);
            hand_down(group, "");
        }
    }
    void hand_down(const std::string& group, const std::string& controllers) {
        write_atomically(file(group), controllers, Durability::crash);
    }
    std::string handed_down(const std::string& group) { return read_file(file(group)); }
    [[nodiscard]] std::string tree() const { return tree_.path(); }

  private:
    [[nodiscard]] std::string file(const std::string& group) const {
        return tree_.path() + group + "/cgroup.subtree_control";
    }
    TempDir tree_;
};

TEST_F(HandingDown, EveryGroupOnTheWayHandsTheControllerDown) {
    enable_controllers(tree(), "/a/b/c", {Controller::memory});
    EXPECT_EQ(handed_down(""), "+memory");
    EXPECT_EQ(handed_down("/a"), "+memory");
    EXPECT_EQ(handed_down("/a/b"), "+memory");
}

TEST_F(HandingDown, TheGroupItselfHandsNothingDown) {
    enable_controllers(tree(), "/a/b", {Controller::pids});
    EXPECT_EQ(handed_down("/a"), "+pids");
    EXPECT_EQ(handed_down("/a/b"), "");
    EXPECT_EQ(handed_down("/a/b/c"), "");
}

TEST_F(HandingDown, WhatIsHandedDownAlreadyIsNotWrittenAgain) {
    hand_down("", "cpu io memory pids\n");
    hand_down("/a", "pids\n");
    enable_controllers(tree(), "/a/b/c", {Controller::pids});
    EXPECT_EQ(handed_down(""), "cpu io memory pids\n");
    EXPECT_EQ(handed_down("/a"), "pids\n");
    EXPECT_EQ(handed_down("/a/b"), "+pids");
}

}  // namespace
}  // namespace minidock::cgroups
