#include "minidock/client/text.hpp"
#include "minidock/base/duration_text.hpp"

#include <gtest/gtest.h>

#include "minidock/base/error.hpp"
#include "minidock/client/command.hpp"
#include "minidock/client/frames.hpp"
#include "minidock/client/run.hpp"
#include "minidock/client/terminal.hpp"

namespace minidock::client {
namespace {

using namespace std::chrono_literals;

TEST(HumanText, SizesHaveThreeDigits) {
    EXPECT_EQ(human_size(0), "0B");
    EXPECT_EQ(human_size(999), "999B");
    EXPECT_EQ(human_size(4'261'550), "4.26MB");
    EXPECT_EQ(human_size(77'800'000), "77.8MB");
    EXPECT_EQ(human_size(1'000'000'000), "1GB");
    EXPECT_EQ(human_binary_size(2'095'882'240), "1.952GiB");
}

TEST(HumanText, DurationsAreRounded) {
    EXPECT_EQ(human_duration(0s), "Less than a second");
    EXPECT_EQ(human_duration(1s), "1 second");
    EXPECT_EQ(human_duration(59s), "59 seconds");
    EXPECT_EQ(human_duration(90s), "About a minute");
    EXPECT_EQ(human_duration(10min), "10 minutes");
    EXPECT_EQ(human_duration(80min), "About an hour");
    EXPECT_EQ(human_duration(47h), "47 hours");
    EXPECT_EQ(human_duration(72h), "3 days");
    EXPECT_EQ(human_duration(24h * 21), "3 weeks");
    EXPECT_EQ(human_duration(24h * 90), "3 months");
    EXPECT_EQ(human_duration(24h * 365 * 3), "3 years");
}

TEST(HumanText, IsShortenedByCharactersNotBytes) {
    EXPECT_EQ(shorten("short", 20), "short");
    EXPECT_EQ(shorten("/bin/sh -c 'sleep 1000'", 20), "/bin/sh -c 'sleep 1…");
    EXPECT_EQ(shorten("ééé", 3), "ééé");
    EXPECT_EQ(shorten("éééé", 3), "éé…");
    EXPECT_EQ(in_quotes("a \"b\"\n"), "\"a \\\"b\\\"\\n\"");
    EXPECT_EQ(shown_id("sha256:0123456789abcdef"), "0123456789ab");
}

TEST(HumanText, ColumnsAreAsWideAsTheirLongestCell) {
    Table table{{"CONTAINER ID", "NAMES"}};
    table.add({"0123456789ab", "web"});
    EXPECT_EQ(table.str(),
              "CONTAINER ID   NAMES\n"
              "0123456789ab   web\n");
}

TEST(EditDistance, CountsLettersAndSwappedNeighbours) {
    EXPECT_EQ(edit_distance("run", "run"), 0u);
    EXPECT_EQ(edit_distance("rnu", "run"), 1u);
    EXPECT_EQ(edit_distance("imges", "images"), 1u);
    EXPECT_EQ(edit_distance("", "ps"), 2u);
    EXPECT_EQ(edit_distance("stat", "start"), 1u);
}

/// Feeds bytes to a decoder and keeps what it hands on.
struct Decoded {
    std::string out;
    std::string err;
    FrameDecoder decoder{[this](FrameDecoder::Stream stream, std::string_view bytes) {
        (stream == FrameDecoder::Stream::standard_error ? err : out) += bytes;
    }};
};

std::string frame(char stream, const std::string& payload) {
    return std::string{stream, 0, 0, 0, 0, 0, 0, static_cast<char>(payload.size())} + payload;
}

TEST(Frames, AreToldApartByTheirStream) {
    Decoded decoded;
    decoded.decoder.feed(frame(1, "out") + frame(2, "err") + frame(1, "") + frame(1, "more"));
    EXPECT_EQ(decoded.out, "outmore");
    EXPECT_EQ(decoded.err, "err");
    EXPECT_FALSE(decoded.decoder.torn());
}

TEST(Frames, MayBeCutAnywhere) {
    const std::string bytes = frame(1, "out") + frame(2, "err") + frame(1, "more");
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        Decoded decoded;
        decoded.decoder.feed(std::string_view{bytes}.substr(0, cut));
        decoded.decoder.feed(std::string_view{bytes}.substr(cut));
        EXPECT_EQ(decoded.out + decoded.err, "outmoreerr") << cut;
    }
}

TEST(Frames, ThatStopInTheMiddleAreTorn) {
    Decoded decoded;
    decoded.decoder.feed(frame(1, "out").substr(0, 10));
    EXPECT_TRUE(decoded.decoder.torn());
}

TEST(Frames, ThatAreNoneAreRefused) {
    Decoded decoded;
    EXPECT_THROW(decoded.decoder.feed("HTTP/1.1 200 OK"), BadParameter);
}

TEST(DetachKeys, ArePassedOnUntilTheyAreComplete) {
    DetachKeys keys{"\x10\x11"};
    EXPECT_EQ(keys.pass("ls\n"), "ls\n");
    EXPECT_EQ(keys.pass("\x10"), "");
    EXPECT_FALSE(keys.typed());
    EXPECT_EQ(keys.pass("a"),
              "\x10"
              "a");
    EXPECT_EQ(keys.pass("\x10\x10"), "\x10");
    EXPECT_EQ(keys.pass("\x11tail"), "");
    EXPECT_TRUE(keys.typed());
}

TEST(DetachKeys, NoneAreNeverTyped) {
    DetachKeys keys{""};
    EXPECT_EQ(keys.pass("\x10\x11"), "\x10\x11");
    EXPECT_FALSE(keys.typed());
}

TEST(StartFailure, HasTheExitCodeOfAShell) {
    EXPECT_EQ(start_failure_code("exec: \"x\": executable file not found in $PATH"), 127);
    EXPECT_EQ(start_failure_code("exec: \"/x\": stat /x: no such file or directory"), 127);
    EXPECT_EQ(start_failure_code("exec: \"/etc/passwd\": permission denied"), 126);
    EXPECT_EQ(start_failure_code("cannot set memory.max"), 125);
}

}  // namespace
}  // namespace minidock::client
