// What -v and --mount say, as the daemon hears it.
#include "minidock/volumes/mount_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "minidock/base/error.hpp"

namespace minidock::volumes {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

MountPoint bind_of(const std::string& text) {
    return parse_bind(text).mount;
}
MountPoint mount(const Json& object) {
    return parse_mount(JsonReader{object}).mount;
}

TEST(Bind, APathIsTheHostsAndAWordIsAVolume) {
    EXPECT_EQ(bind_of("/srv:/data").type, MountType::bind);
    EXPECT_EQ(bind_of("/srv:/data").source, "/srv");
    EXPECT_EQ(bind_of("/srv:/data").propagation, "rprivate");
    EXPECT_TRUE(bind_of("/srv:/data").create_source);
    EXPECT_EQ(bind_of("srv:/data").type, MountType::volume);
    EXPECT_EQ(bind_of("srv:/data").name, "srv");
    EXPECT_TRUE(bind_of("srv:/data").copy_up);
    EXPECT_TRUE(bind_of("/data").anonymous);
}

TEST(Bind, PathsAreKeptInTheirShortestForm) {
    EXPECT_EQ(bind_of("/srv/../x/./y/:/data//z/").source, "/x/y");
    EXPECT_EQ(bind_of("/srv/../x/./y/:/data//z/").destination, "/data/z");
}

TEST(Bind, TheModeIsReadWordByWord) {
    EXPECT_FALSE(bind_of("a1:/x:ro").writable);
    EXPECT_TRUE(bind_of("a1:/x:rw").writable);
    EXPECT_FALSE(bind_of("a1:/x:nocopy,ro").copy_up);
    EXPECT_EQ(bind_of("/a:/x:rslave,z").propagation, "rslave");
    EXPECT_EQ(bind_of("/a:/x:ro,Z").mode, "ro,Z");
    EXPECT_FALSE(bind_of("/a:/x:rro").writable);
}

TEST(Bind, AModeThatContradictsItselfOrTheTypeIsRefused) {
    for (const char* text : {"a1:/x:ro,rw", "a1:/x:z,Z", "a1:/x:wrong", "/a:/x:nocopy",
                             "a1:/x:rshared", "/a:/x:shared,slave", "/a:/x:ro,,rw"}) {
        EXPECT_THAT([&] { bind_of(text); }, ThrowsMessage<BadParameter>(HasSubstr("invalid mode")))
            << text;
    }
}

TEST(Bind, WhatIsNoBindIsRefused) {
    for (const char* text : {"", ":", "a1:", ":/x", "a1:/x:ro:more", "/x:ro", "a1:x", "a1:/"})
        EXPECT_THROW(bind_of(text), BadParameter) << text;
}

TEST(Bind, AVolumesNameIsNoPath) {
    for (const char* text : {"a/b:/x", "../x:/x", ".hidden:/x", "-v:/x", "a b:/x", "a\n1:/x"}) {
        EXPECT_THAT([&] { bind_of(text); },
                    ThrowsMessage<BadParameter>(HasSubstr("only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\"")))
            << text;
    }
    EXPECT_THAT([] { bind_of("a:/x"); }, ThrowsMessage<BadParameter>(HasSubstr("too short")));
    EXPECT_THROW(bind_of(std::string(256, 'a') + ":/x"), BadParameter);
    EXPECT_NO_THROW(bind_of(std::string(255, 'a') + ":/x"));
    EXPECT_NO_THROW(bind_of("A.b_c-9:/x"));
}

TEST(Mount, AVolumeHasItsOptions) {
    const Json object = Json::parse(R"({"Type":"volume","Source":"db","Target":"/x","VolumeOptions":
        {"NoCopy":true,"Labels":{"a":"b"},"Subpath":"in/side",
         "DriverConfig":{"Name":"local","Options":{"type":"tmpfs","device":"tmpfs"}}}})");
    const MountRequest request = parse_mount(JsonReader{object});
    EXPECT_EQ(request.mount.name, "db");
    EXPECT_EQ(request.mount.subpath, "in/side");
    EXPECT_FALSE(request.mount.copy_up);
    EXPECT_EQ(request.volume.labels.at("a"), "b");
    EXPECT_EQ(request.volume.options.at("type"), "tmpfs");
}

TEST(Mount, ASubpathStaysBelow) {
    for (const char* subpath : {"/etc", "..", "a/../../b", "../x", "a/.."}) {
        const Json object{{"Type", "volume"},
                          {"Source", "db"},
                          {"Target", "/x"},
                          {"VolumeOptions", {{"Subpath", subpath}}}};
        EXPECT_THAT([&] { mount(object); },
                    ThrowsMessage<BadParameter>(HasSubstr("must be a relative path")))
            << subpath;
    }
}

TEST(Mount, ABindsSourceMustBeThere) {
    Json object{{"Type", "bind"}, {"Source", "/no/such"}, {"Target", "/x"}};
    EXPECT_THAT([&] { mount(object); },
                ThrowsMessage<BadParameter>("invalid mount config for type \"bind\": bind source "
                                            "path does not exist: /no/such"));
    object["BindOptions"]["CreateMountpoint"] = true;
    EXPECT_TRUE(mount(object).create_source);
    EXPECT_THROW(mount({{"Type", "bind"}, {"Target", "/x"}}), BadParameter);
    EXPECT_THROW(mount({{"Type", "bind"}, {"Source", "x"}, {"Target", "/x"}}), BadParameter);
}

TEST(Mount, ReadOnlyReachesAsFarAsIsAsked) {
    Json object{{"Type", "bind"}, {"Source", "/"}, {"Target", "/x"}, {"ReadOnly", true}};
    EXPECT_EQ(mount(object).read_only_reach, ReadOnlyReach::below_too);
    object["BindOptions"]["ReadOnlyNonRecursive"] = true;
    EXPECT_EQ(mount(object).read_only_reach, ReadOnlyReach::top);
    object["BindOptions"]["ReadOnlyForceRecursive"] = true;
    EXPECT_THROW(mount(object), BadParameter) << "both";
    object["BindOptions"].erase("ReadOnlyNonRecursive");
    EXPECT_NO_THROW(mount(object));
    object["ReadOnly"] = false;
    EXPECT_THROW(mount(object), BadParameter) << "nothing is read-only";
}

TEST(Mount, ATmpfsHasSizeAndMode) {
    const Json object = Json::parse(
        R"({"Type":"tmpfs","Target":"/x","TmpfsOptions":{"SizeBytes":65536,"Mode":493,
            "Options":[["exec"],["uid","7"]]}})");
    EXPECT_THAT(mount(object).tmpfs_options,
                testing::ElementsAre("size=65536", "mode=755", "exec", "uid=7"));
}

TEST(Mount, OptionsOfAnotherTypeAndUnknownTypesAreRefused) {
    const Json foreign{
        {"Type", "tmpfs"}, {"Target", "/x"}, {"BindOptions", {{"NonRecursive", true}}}};
    EXPECT_THAT([&] { mount(foreign); },
                ThrowsMessage<BadParameter>(HasSubstr("field BindOptions must not be specified")));
    EXPECT_THROW(mount({{"Type", "tmpfs"}, {"Target", "/x"}, {"Source", "y"}}), BadParameter);
    EXPECT_THROW(mount({{"Type", "nonsense"}, {"Target", "/x"}}), BadParameter);
    EXPECT_THROW(mount({{"Type", "npipe"}, {"Target", "/x"}}), Unsupported);
    EXPECT_THROW(mount({{"Type", "volume"}, {"Target", "x"}}), BadParameter);
    EXPECT_THROW(mount({{"Type", "volume"}, {"Target", "/"}}), BadParameter);
}

}  // namespace
}  // namespace minidock::volumes
