// What comes to somebody who is attached, and which keys let them go.
#include "minidock/shim/client.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "minidock/base/unix_socket.hpp"

namespace minidock::shim {
namespace {

using namespace std::string_literals;

/// A client, and the other end of its socket.
class Attached {
  public:
    explicit Attached(const Attach& wish, bool framed = true) : Attached{wish, framed, make()} {}

    /// All that has come, after the client was told good-bye.
    std::string everything() {
        client.finish();
        return read_all(theirs.get(), "what came");
    }

  private:
    static std::pair<Fd, Fd> make() { return socket_pair(SOCK_STREAM); }
    Attached(const Attach& wish, bool framed, std::pair<Fd, Fd> ends)
        : client{std::move(ends.first), wish, "", framed}, theirs{std::move(ends.second)} {}

  public:
    Client client;
    Fd theirs;
};

TEST(Frames, AHeadTellsTheStreamAndTheLength) {
    EXPECT_EQ(frame(Stream::errors, "oh\n"), "\x02\0\0\0\0\0\0\x03oh\n"s);
    EXPECT_EQ(frame_head(Stream::output, 0x01020304)[4], 1);
    EXPECT_EQ(frame_head(Stream::output, 0x01020304)[7], 4);
}

TEST(AttachedClient, GetsBothStreamsInFrames) {
    Attached attached{{.output = true, .errors = true}};
    attached.client.send(Stream::output, "out\n");
    attached.client.send(Stream::errors, "err\n");
    EXPECT_EQ(attached.everything(),
              frame(Stream::output, "out\n") + frame(Stream::errors, "err\n"));
}

TEST(AttachedClient, GetsOnlyTheStreamThatItAskedFor) {
    Attached attached{{.errors = true}};
    attached.client.send(Stream::output, "out\n");
    attached.client.send(Stream::errors, "err\n");
    EXPECT_EQ(attached.everything(), frame(Stream::errors, "err\n"));
}

TEST(AttachedClient, OfATerminalGetsTheBytesAsTheyAre) {
    Attached attached{{.output = true}, false};
    attached.client.send(Stream::output, "a\r\n");
    EXPECT_EQ(attached.everything(), "a\r\n");
}

TEST(AttachedClient, ThatDoesNotReadKeepsItsOutputWaitingInOrder) {
    Attached attached{{.output = true}, false};
    std::string sent;
    for (char c = 'a'; !attached.client.overfull(); c = c == 'z' ? 'a' : static_cast<char>(c + 1)) {
        const std::string piece(10'000, c);
        attached.client.send(Stream::output, piece);
        sent += piece;
    }
    EXPECT_TRUE(attached.client.has_output_waiting());
    std::string seen;
    while (seen.size() < sent.size()) {
        std::array<char, 65536> buffer{};
        const ssize_t n = ::recv(attached.theirs.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (n > 0) seen.append(buffer.data(), static_cast<std::size_t>(n));
        attached.client.flush();
    }
    EXPECT_EQ(seen, sent);
}

TEST(AttachedClient, ThatHasHungUpIsSentNothingMore) {
    Attached attached{{.input = true, .output = true}};
    attached.client.hang_up();
    attached.client.send(Stream::output, "out\n");
    EXPECT_FALSE(attached.client.has_output_waiting());
    EXPECT_EQ(attached.everything(), "");
}

TEST(DetachKeys, AreTakenOutOfTheInputAndWhatOnlyBeganLikeThemIsNot) {
    DetachKeys keys{*parse_detach_keys("ctrl-p,ctrl-q")};
    EXPECT_EQ(keys.filter("a\x10").pass_on, "a");
    EXPECT_EQ(keys.filter("b").pass_on,
              "\x10"
              "b");
    EXPECT_TRUE(keys.filter("\x10\x11").detached);
}

}  // namespace
}  // namespace minidock::shim
