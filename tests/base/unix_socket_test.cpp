#include "minidock/base/unix_socket.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "minidock/base/error.hpp"
#include "minidock/base/temp_dir.hpp"

namespace minidock {
namespace {

TEST(UnixSocket, HandsOverAnOpenFile) {
    auto [here, there] = socket_pair(SOCK_STREAM);
    Pipe pipe = Pipe::make();
    send_message(here.get(), "take this", {pipe.write_end.get()});
    pipe.write_end.reset();

    std::optional<Message> message = receive_message(there.get());
    ASSERT_TRUE(message.has_value());
    EXPECT_EQ(message->bytes, "take this");
    ASSERT_EQ(message->descriptors.size(), 1U);
    write_all(message->descriptors[0].get(), "through it", "the pipe");
    message->descriptors.clear();
    EXPECT_EQ(read_all(pipe.read_end.get(), "the pipe"), "through it");
}

TEST(UnixSocket, ReceivesNothingOnceTheOtherSideHasClosed) {
    auto [here, there] = socket_pair(SOCK_STREAM);
    here.reset();
    EXPECT_FALSE(receive_message(there.get()).has_value());
}

TEST(UnixSocket, ListensWithTheModeItIsGiven) {
    const TempDir dir;
    const Fd listener = listen_unix(dir / "sock", 0640);
    struct stat info {};
    ASSERT_EQ(::stat((dir / "sock").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 0640U);
    const Fd client = connect_unix(dir / "sock");
    EXPECT_TRUE(accept_connection(listener.get()));
}

TEST(UnixSocket, ReachesPathsLongerThanAnAddressHolds) {
    const TempDir dir;
    const std::string folder = dir / std::string(150, 'd');
    ASSERT_EQ(::mkdir(folder.c_str(), 0700), 0);
    const Fd listener = listen_unix(folder + "/sock");
    EXPECT_TRUE(connect_unix(folder + "/sock"));
}

TEST(UnixSocket, SaysWhereNobodyListens) {
    try {
        connect_unix("/run/no-such-socket");
        FAIL() << "there is no such socket";
    } catch (const SystemError& error) {
        EXPECT_STREQ(error.what(), "connect to /run/no-such-socket: No such file or directory");
    }
}

}  // namespace
}  // namespace minidock
