// What the user types after --mount and -v, as our client sends it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/volumes/client/mount_options.hpp"

namespace minidock::volumes {
namespace {

TEST(MountOption, IsAVolumeUnlessItSaysOtherwise) {
    EXPECT_EQ(parse_mount_option("src=v1,dst=/x"),
              Json::parse(R"({"Type":"volume","Source":"v1","Target":"/x"})"));
}

TEST(MountOption, FlagsMayStandAlone) {
    EXPECT_EQ(parse_mount_option("type=bind,source=/s,target=/x,readonly,bind-nonrecursive"),
              Json::parse(R"({"Type":"bind","Source":"/s","Target":"/x","ReadOnly":true,
                              "BindOptions":{"NonRecursive":true}})"));
    EXPECT_EQ(parse_mount_option("target=/x,ro=false")["ReadOnly"], false);
}

TEST(MountOption, QuotesKeepCommasAndColonsAreOrdinary) {
    const Json mount = parse_mount_option(R"(type=bind,source=/a:b,"target=/c,d")");
    EXPECT_EQ(mount["Source"], "/a:b");
    EXPECT_EQ(mount["Target"], "/c,d");
    const Json volume =
        parse_mount_option(R"(target=/x,volume-opt=type=tmpfs,"volume-opt=o=size=1m,uid=1")");
    EXPECT_EQ(volume["VolumeOptions"]["DriverConfig"]["Options"]["o"], "size=1m,uid=1");
}

TEST(MountOption, SizesAndModesAreNumbers) {
    const Json mount = parse_mount_option("type=tmpfs,target=/x,tmpfs-size=64m,tmpfs-mode=1770");
    EXPECT_EQ(mount["TmpfsOptions"]["SizeBytes"], 64 << 20);
    EXPECT_EQ(mount["TmpfsOptions"]["Mode"], 01770);
}

TEST(MountOption, WhatItDoesNotKnowIsRefused) {
    for (const char* text :
         {"target=/x,nonsense=1", "target=/x,nonsense", "source=v1", "target=/x,ro=perhaps",
          "target=/x,tmpfs-mode=9", "\"target=/x", "target=/x,bind-recursive=some"})
        EXPECT_THROW(parse_mount_option(text), BadParameter) << text;
}

TEST(VolumeOption, ARelativeSourceIsTheUsersFolder) {
    const std::string here = std::filesystem::current_path();
    EXPECT_EQ(with_absolute_source("./x:/y"), here + "/x:/y");
    EXPECT_EQ(with_absolute_source("x1:/y"), "x1:/y");
    EXPECT_EQ(with_absolute_source("/x:/y:ro"), "/x:/y:ro");
}

}  // namespace
}  // namespace minidock::volumes
