#include "minidock/image/remove_tree.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"

namespace minidock::image {
namespace {

class RemoveTree : public testing::Test {
  protected:
    Fd open_folder(int at, const std::string& name) {
        return Fd{::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    }
    Fd make_folder(int at, const std::string& name) {
        EXPECT_EQ(::mkdirat(at, name.c_str(), 0755), 0) << name;
        return open_folder(at, name);
    }
    void make_file(int at, const std::string& name) {
        EXPECT_TRUE(Fd{::openat(at, name.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644)}) << name;
    }
    bool is_there(const std::string& name) {
        return ::faccessat(root_.get(), name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    }

    TempDir folder_;
    Fd root_ = open_file(folder_.path(), O_RDONLY | O_DIRECTORY);
};

TEST_F(RemoveTree, TakesAllThatIsInAFolder) {
    const Fd top = make_folder(root_.get(), "top");
    for (const std::string name : {"a", "b", "c"}) {
        const Fd inner = make_folder(top.get(), name);
        make_file(inner.get(), "file");
        make_folder(inner.get(), "empty");
        ASSERT_EQ(::symlinkat("/", inner.get(), "link"), 0);
    }
    remove_tree(root_.get(), "top");
    EXPECT_FALSE(is_there("top"));
}

TEST_F(RemoveTree, TakesTenThousandNestedFolders) {
    Fd here = make_folder(root_.get(), "top");
    for (int depth = 0; depth < 10'000; ++depth)
        here = make_folder(here.get(), "deeper");
    make_file(here.get(), "bottom");
    remove_tree(root_.get(), "top");
    EXPECT_FALSE(is_there("top"));
}

TEST_F(RemoveTree, DoesNotFollowLinks) {
    const Fd kept = make_folder(root_.get(), "kept");
    make_file(kept.get(), "file");
    const Fd top = make_folder(root_.get(), "top");
    ASSERT_EQ(::symlinkat("../kept", top.get(), "link"), 0);
    remove_tree(root_.get(), "top");
    EXPECT_TRUE(is_there("kept/file"));
}

TEST_F(RemoveTree, TakesASingleFileAndMindsNothingMissing) {
    make_file(root_.get(), "file");
    remove_tree(root_.get(), "file");
    remove_tree(root_.get(), "file");
    EXPECT_FALSE(is_there("file"));
}

}  // namespace
}  // namespace minidock::image
