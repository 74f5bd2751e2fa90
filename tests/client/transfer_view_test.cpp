#include "minidock/client/transfer_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "minidock/client/credentials.hpp"

namespace minidock::client {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;

Json message(const std::string& id, const std::string& status) {
    return {{"id", id}, {"status", status}, {"progressDetail", Json::object()}};
}

Json progress(const std::string& id, const std::string& status, int done, int total) {
    return {
        {"id", id}, {"status", status}, {"progressDetail", {{"current", done}, {"total", total}}}};
}

TEST(ProgressBars, ShowShareSpeedAndTimeLeft) {
    const std::string half = progress_bar(5'000'000, 10'000'000, seconds{2});
    EXPECT_THAT(half, StartsWith("[===============>              ]"));
    EXPECT_THAT(half, HasSubstr("5MB/10MB  2.5MB/s  2s left"));
    EXPECT_THAT(progress_bar(10, 10, seconds{2}), StartsWith("[==============================]"));
    EXPECT_EQ(progress_bar(1, 10, std::chrono::milliseconds{1}).find("left"), std::string::npos)
        << "the first moments tell nothing";
    EXPECT_THAT(progress_bar(5, 0, seconds{1}), StartsWith("[>"));
}

TEST(TransferViews, WithoutATerminalPrintEachThingOnce) {
    TransferView view{0};
    EXPECT_EQ(view.show({{"status", "Pulling from box"}, {"id", "1"}}), "1: Pulling from box\n");
    EXPECT_EQ(view.show(progress("aa", "Downloading", 1, 10)), "aa: Downloading\n");
    EXPECT_EQ(view.show(progress("aa", "Downloading", 5, 10)), "");
    EXPECT_EQ(view.show(message("aa", "Pull complete")), "aa: Pull complete\n");
    EXPECT_EQ(view.show({{"status", "Digest: x"}}), "Digest: x\n");
}

TEST(TransferViews, OnATerminalRedrawTheLineOfALayer) {
    TransferView view{24};
    EXPECT_EQ(view.show(message("aa", "Waiting")), "aa: Waiting\n");
    EXPECT_EQ(view.show(message("bb", "Waiting")), "bb: Waiting\n");
    const std::string drawn = view.show(progress("aa", "Downloading", 5, 10));
    EXPECT_THAT(drawn, StartsWith("\x1b[2A\r\x1b[2Kaa: Downloading [====="));
    EXPECT_THAT(drawn, testing::EndsWith("\r\x1b[2B"));
}

TEST(TransferViews, LeaveALineThatHasLeftTheScreen) {
    TransferView view{2};
    view.show(message("aa", "Waiting"));
    view.show(message("bb", "Waiting"));
    EXPECT_EQ(view.show(message("aa", "Pull complete")), "");
}

TEST(RegistryNames, AreThoseOfConfigJson) {
    const std::string hub = "https://index.docker.io/v1/";
    EXPECT_EQ(registry_of("busybox"), hub);
    EXPECT_EQ(registry_of("team/app:1"), hub);
    EXPECT_EQ(registry_of("docker.io/team/app"), hub);
    EXPECT_EQ(registry_of("localhost/app"), "localhost");
    EXPECT_EQ(registry_of("r.example.com:5000/a/b@sha256:0"), "r.example.com:5000");
    EXPECT_EQ(registry_key(""), hub);
    EXPECT_EQ(registry_key("https://r.example.com/v2/"), "r.example.com");
}

}  // namespace
}  // namespace minidock::client
