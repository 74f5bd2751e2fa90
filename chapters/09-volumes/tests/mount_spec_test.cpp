// Mounts in config.json, in inspect, and in the container's own folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "minidock/base/temp_dir.hpp"
#include "minidock/volumes/mount_point.hpp"

namespace minidock::volumes {
namespace {

using testing::ElementsAre;

Json spec_with(const std::vector<std::string>& destinations) {
    Json spec{{"mounts", Json::array()}};
    for (const std::string& destination : destinations)
        spec["mounts"].push_back({{"destination", destination}, {"type", "tmpfs"}});
    return spec;
}

std::vector<std::string> destinations(const Json& spec) {
    std::vector<std::string> list;
    for (const Json& mount : spec["mounts"])
        list.push_back(mount["destination"]);
    return list;
}

TEST(MountSpec, ParentsComeBeforeWhatLiesBelowThem) {
    Json spec = spec_with({"/proc", "/etc/hosts"});
    const std::vector<MountPoint> mounts{{.source = "/s", .destination = "/a/b/c"},
                                         {.source = "/s", .destination = "/a"},
                                         {.source = "/s", .destination = "/etc"}};
    add_to_spec(spec, mounts, {"/s", "/s", "/s"});
    EXPECT_THAT(destinations(spec), ElementsAre("/proc", "/a", "/etc", "/etc/hosts", "/a/b/c"));
}

TEST(MountSpec, AMountTakesThePlaceOfADefault) {
    Json spec = spec_with({"/dev", "/dev/shm", "/sys"});
    Json same = spec;
    add_to_spec(spec, {{.source = "/s", .destination = "/dev/shm"}}, {"/s"});
    EXPECT_THAT(destinations(spec), ElementsAre("/dev", "/sys", "/dev/shm"));
    add_to_spec(same, {{.source = "/s", .destination = "/dev"}}, {"/s"});
    EXPECT_THAT(destinations(same), ElementsAre("/sys", "/dev"));
}

TEST(MountSpec, OptionsSayHowItIsMounted) {
    Json spec = spec_with({});
    const std::vector<MountPoint> mounts{
        {.source = "/s", .destination = "/1", .writable = false},
        {.source = "/s",
         .destination = "/2",
         .writable = false,
         .read_only_reach = ReadOnlyReach::top,
         .propagation = "rslave"},
        {.source = "/s", .destination = "/3", .recursive = false},
        {.type = MountType::tmpfs, .destination = "/4", .tmpfs_options = {"size=1"}}};
    add_to_spec(spec, mounts, {"/s", "/s", "/elsewhere", ""});
    const auto options = [&](std::size_t i) {
        return spec["mounts"][i]["options"].get<std::vector<std::string>>();
    };
    EXPECT_THAT(options(0), ElementsAre("rbind", "rprivate", "ro", "rro"));
    EXPECT_THAT(options(1), ElementsAre("rbind", "rslave", "ro"));
    EXPECT_THAT(options(2), ElementsAre("bind", "rprivate"));
    EXPECT_EQ(spec["mounts"][2]["source"], "/elsewhere");
    EXPECT_THAT(options(3), ElementsAre("noexec", "nosuid", "nodev", "size=1"));
}

TEST(MountFile, SaysAgainAllThatItWasTold) {
    const TempDir folder;
    const MountPoint mount{.type = MountType::volume,
                           .name = "v1",
                           .source = "/s",
                           .destination = "/d",
                           .mode = "z",
                           .writable = false,
                           .recursive = false,
                           .read_only_reach = ReadOnlyReach::top,
                           .copy_up = true,
                           .anonymous = true,
                           .subpath = "a/b"};
    save_mounts(folder.path(), {mount});
    const MountPoint again = load_mounts(folder.path()).at(0);
    EXPECT_EQ(again.name, "v1");
    EXPECT_EQ(again.subpath, "a/b");
    EXPECT_EQ(again.read_only_reach, ReadOnlyReach::top);
    EXPECT_TRUE(again.anonymous && again.copy_up && !again.writable && !again.recursive);
    EXPECT_EQ(describe_mounts({again}).dump(),
              R"([{"Destination":"/d","Driver":"local","Mode":"z","Name":"v1","Propagation":"",)"
              R"("RW":false,"Source":"/s","Type":"volume"}])");
}

TEST(MountFile, IsMissingWhereNothingIsMounted) {
    const TempDir folder;
    EXPECT_TRUE(load_mounts(folder.path()).empty());
}

}  // namespace
}  // namespace minidock::volumes
