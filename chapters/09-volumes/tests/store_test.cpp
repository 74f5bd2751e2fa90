// The store of volumes: what is there, who uses it, and what a crash leaves.
#include "minidock/volumes/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "minidock/base/error.hpp"
#include "minidock/base/temp_dir.hpp"

namespace minidock::volumes {
namespace {

namespace fs = std::filesystem;
using testing::ThrowsMessage;

class VolumeStore : public testing::Test {
  protected:
    /// A container that mounts these, as far as the store can tell.
    std::vector<MountPoint> claim(const std::string& id, const std::vector<std::string>& binds) {
        const std::string folder = root / ("containers/" + id);
        fs::create_directories(folder);
        std::vector<MountRequest> requests;
        for (const std::string& bind : binds)
            requests.push_back(parse_bind(bind));
        store.claim(folder, requests);
        std::ofstream{folder + "/config.json"} << "{}";
        return load_mounts(folder);
    }

    TempDir root;
    Store store{root.path()};
};

TEST_F(VolumeStore, AVolumeIsAFolderAndAFileBesideIt) {
    store.create({.name = "v1", .labels = {{"a", "b"}}});
    EXPECT_TRUE(fs::is_directory(root / "volumes/v1/_data"));
    EXPECT_TRUE(fs::exists(root / "volumes/v1/opts.json"));
    const Store again{root.path()};
    EXPECT_EQ(again.get("v1").labels.at("a"), "b");
    EXPECT_EQ(again.get("v1").created, store.get("v1").created);
}

TEST_F(VolumeStore, CreatingItTwiceIsOnce) {
    const Volume first = store.create({.name = "v1"});
    EXPECT_EQ(store.create({.name = "v1", .labels = {{"a", "b"}}}).created, first.created);
    EXPECT_EQ(store.list().size(), 1u);
}

TEST_F(VolumeStore, WithoutANameItIsAnonymous) {
    const Volume volume = store.create({});
    EXPECT_EQ(volume.name.size(), 64u);
    EXPECT_TRUE(volume.is_anonymous());
}

TEST_F(VolumeStore, AUsedVolumeStays) {
    claim("c1", {"v1:/x"});
    EXPECT_THAT([&] { store.remove("v1"); },
                ThrowsMessage<Conflict>("remove v1: volume is in use - [c1]"));
    fs::remove_all(root / "containers/c1");
    store.remove("v1");
    EXPECT_THROW((void)store.get("v1"), NotFound);
    EXPECT_FALSE(fs::exists(root / "volumes/v1"));
}

TEST_F(VolumeStore, AnonymousVolumesGoWithTheirLastContainer) {
    const auto mounts = claim("c1", {"/x", "named:/y"});
    const std::string name = mounts.at(0).name;
    claim("c2", {name + ":/x"});
    store.release_anonymous("c1", mounts);
    EXPECT_NO_THROW((void)store.get(name)) << "c2 uses it";
    fs::remove_all(root / "containers/c2");
    store.release_anonymous("c1", mounts);
    EXPECT_THROW((void)store.get(name), NotFound);
    EXPECT_NO_THROW((void)store.get("named"));
}

TEST_F(VolumeStore, PruneLeavesWhatIsUsedOrNotWanted) {
    store.create({.name = "old"});
    store.create({.name = "kept"});
    claim("c1", {"used:/x"});
    const auto gone = store.prune([](const Volume& volume) { return volume.name != "kept"; });
    ASSERT_EQ(gone.size(), 1u);
    EXPECT_EQ(gone[0].name, "old");
}

TEST_F(VolumeStore, ANameThatIsAPathFindsNothing) {
    store.create({.name = "v1"});
    for (const char* name : {"../volumes/v1", "v1/_data", "..", ".", "", "v1/"})
        EXPECT_THROW((void)store.get(name), NotFound) << name;
    EXPECT_THROW(store.remove("../containers"), NotFound);
}

TEST_F(VolumeStore, OptionsAreTheLocalDrivers) {
    EXPECT_THAT(
        [&] {
            store.create({.name = "v1", .options = {{"foo", "1"}}});
        },
        ThrowsMessage<BadParameter>("create v1: invalid option: \"foo\""));
    EXPECT_THAT(
        [&] {
            store.create({.name = "v1", .options = {{"type", "tmpfs"}}});
        },
        ThrowsMessage<BadParameter>("create v1: missing required option: \"device\""));
    EXPECT_THROW(store.create({.name = "v1", .options = {{"size", "1g"}}}), Unsupported);
    EXPECT_THROW(store.create({.name = "v1", .driver = "nfs"}), NotFound);
    EXPECT_TRUE(store.list().empty());
}

TEST_F(VolumeStore, ClaimsAllVolumesOrNone) {
    std::vector<MountRequest> requests{parse_bind("good:/x"), parse_bind("other:/y", "nonsense")};
    fs::create_directories(root / "containers/c1");
    EXPECT_THROW(store.claim(root / "containers/c1", requests), NotFound);
    EXPECT_TRUE(store.list().empty());
}

TEST_F(VolumeStore, WhatACrashLeftByHalfIsSweptAway) {
    fs::create_directories(root / "volumes/half/_data");
    store.create({.name = "whole"});
    fs::create_directories(root / "volumes/whole/_copy/x");
    // A container whose create did not come to its end, with a volume that nobody else knows of.
    claim("c1", {"/x"});
    fs::remove(root / "containers/c1/config.json");
    const Store again{root.path()};
    EXPECT_FALSE(fs::exists(root / "volumes/half"));
    EXPECT_FALSE(fs::exists(root / "volumes/whole/_copy"));
    EXPECT_EQ(again.list().size(), 1u);
}

TEST_F(VolumeStore, SizeCountsAFileWithTwoNamesOnce) {
    store.create({.name = "v1"});
    const std::string data = store.data_folder("v1");
    std::ofstream{data + "/a"} << std::string(1000, 'x');
    fs::create_hard_link(data + "/a", data + "/b");
    fs::create_symlink("/etc/passwd", data + "/c");
    EXPECT_EQ(store.size("v1"), 1000u);
}

}  // namespace
}  // namespace minidock::volumes
