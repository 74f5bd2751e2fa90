#include "minidock/base/fd.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "minidock/base/error.hpp"

namespace minidock {
namespace {

bool is_open(int fd) {
    return ::fcntl(fd, F_GETFD) >= 0;
}

TEST(Fd, ClosesWhenItsOwnerGoes) {
    int number = -1;
    {
        const Fd fd = open_file("/dev/null", O_RDONLY);
        number = fd.get();
        EXPECT_TRUE(is_open(number));
    }
    EXPECT_FALSE(is_open(number));
}

TEST(Fd, MovingHandsTheDescriptorOn) {
    Fd first = open_file("/dev/null", O_RDONLY);
    const int number = first.get();
    const Fd second = std::move(first);
    EXPECT_EQ(second.get(), number);
    EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): that it is empty is the promise
    EXPECT_TRUE(is_open(number));
}

TEST(Fd, AssigningClosesWhatWasHeldBefore) {
    Fd fd = open_file("/dev/null", O_RDONLY);
    const int old = fd.get();
    fd = open_file("/dev/zero", O_RDONLY);
    EXPECT_FALSE(is_open(old));
}

TEST(Fd, IsNotInheritedByPrograms) {
    const Fd fd = open_file("/dev/null", O_RDONLY);
    EXPECT_EQ(::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    EXPECT_EQ(::fcntl(duplicate(fd).get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST(OpenFile, NamesThePathAndTheReason) {
    try {
        open_file("/no/such/file", O_RDONLY);
        FAIL() << "opening a missing file must throw";
    } catch (const SystemError& error) {
        EXPECT_STREQ(error.what(), "open /no/such/file: No such file or directory");
        EXPECT_EQ(error.error(), ENOENT);
    }
}

TEST(ReadFile, ReadsFilesOfUnknownSize) {
    // Files of /proc report a size of 0.
    EXPECT_NE(read_file("/proc/self/status").find("Name:"), std::string::npos);
}

TEST(WriteAll, WritesMoreThanAPipeHolds) {
    Pipe pipe = Pipe::make();
    const std::string big(1 << 20, 'x');
    const pid_t writer = ::fork();
    if (writer == 0) {
        write_all(pipe.write_end.get(), big, "the pipe");
        ::_exit(0);
    }
    pipe.write_end.reset();
    EXPECT_EQ(read_all(pipe.read_end.get(), "the pipe").size(), big.size());
}

}  // namespace
}  // namespace minidock
