// A part of a volume, whatever the containers that write to it have put there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"
#include "minidock/volumes/host_mounts.hpp"
#include "minidock/volumes/local_driver.hpp"

namespace minidock::volumes {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

class Subpath : public testing::Test {
  protected:
    Subpath() {
        fs::create_directories(volume + "/sub/deep");
        std::ofstream{volume + "/sub/file"} << "below";
        std::ofstream{secret.path() + "/file"} << "secret";
    }
    ~Subpath() override { remove_subpath_mounts(places); }

    /// Mounts the part. @return what its file says
    std::string mount(const std::string& subpath) {
        const std::string place = places + "/" + std::to_string(count_++);
        mount_subpath(volume, subpath, place);
        return read_file(fs::is_directory(place) ? place + "/file" : place);
    }

    TempDir scratch;
    TempDir secret;
    std::string volume = scratch / "volume";
    std::string places = scratch / "mounts/container";
    int count_ = 0;
};

TEST_F(Subpath, OfAFolderAndOfAFile) {
    EXPECT_EQ(mount("sub"), "below");
    EXPECT_EQ(mount("sub/file"), "below");
    EXPECT_EQ(mount("sub/./deep/.."), "below");
    remove_subpath_mounts(places);
    EXPECT_FALSE(fs::exists(places));
    EXPECT_TRUE(fs::exists(volume + "/sub/file"));
}

TEST_F(Subpath, LinksInsideAreFollowed) {
    fs::create_symlink("sub", volume + "/inner");
    EXPECT_EQ(mount("inner"), "below");
}

TEST_F(Subpath, NothingLeadsOut) {
    fs::create_symlink(secret.path(), volume + "/absolute");
    fs::create_symlink("../../" + fs::path{secret.path()}.filename().string(), volume + "/dots");
    fs::create_symlink("/", volume + "/root");
    for (const char* subpath : {"absolute", "absolute/file", "dots", "root", "..", "sub/../.."}) {
        EXPECT_THAT([&] { mount(subpath); },
                    ThrowsMessage<BadParameter>(HasSubstr("leads out of the volume")))
            << subpath;
    }
}

TEST_F(Subpath, WhatIsNotThereIsSaid) {
    EXPECT_THAT([&] { mount("nosuch"); },
                ThrowsMessage<BadParameter>(HasSubstr("cannot access path nosuch")));
}

TEST_F(Subpath, ALinkThatIsSwappedInLeadsNowhere) {
    std::jthread swapper{[&](const std::stop_token& over) {
        std::error_code ignored;
        fs::create_directory_symlink(secret.path(), volume + "/link");
        while (!over.stop_requested()) {
            fs::rename(volume + "/sub", volume + "/aside", ignored);
            fs::rename(volume + "/link", volume + "/sub", ignored);
            fs::rename(volume + "/sub", volume + "/link", ignored);
            fs::rename(volume + "/aside", volume + "/sub", ignored);
        }
    }};
    int mounted = 0;
    for (int i = 0; i < 500; ++i) {
        try {
            EXPECT_EQ(mount("sub"), "below");
            ++mounted;
        } catch (const BadParameter&) {
            // It was the link, or nothing, at that moment.
        } catch (const SystemError&) {
        }
        remove_subpath_mounts(places);
    }
    swapper.request_stop();
    swapper.join();
    EXPECT_GT(mounted, 0);
}

TEST_F(Subpath, NothingIsRemovedBehindAMount) {
    mount("sub");
    // What stands where only mounts are expected is left alone.
    fs::create_directories(places + "/stray/kept");
    EXPECT_ANY_THROW(remove_subpath_mounts(places));
    EXPECT_TRUE(fs::exists(places + "/stray/kept"));
    EXPECT_TRUE(fs::exists(volume + "/sub/file"));
    fs::remove_all(places + "/stray");
}

}  // namespace
}  // namespace minidock::volumes
