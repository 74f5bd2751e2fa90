#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/temp_dir.hpp"

namespace minidock {
namespace {

TEST(TempDir, IsGoneWithAllThatWasInIt) {
    std::string path;
    {
        const TempDir dir;
        path = dir.path();
        std::filesystem::create_directories(dir / "a/b");
        EXPECT_TRUE(std::filesystem::exists(path));
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(WriteAtomically, ReplacesTheWholeContent) {
    const TempDir dir;
    write_atomically(dir / "state.json", "a long first text", Durability::power_loss);
    write_atomically(dir / "state.json", "short", Durability::crash);
    EXPECT_EQ(read_file(dir / "state.json"), "short");
}

TEST(WriteAtomically, LeavesNothingBesideTheFile) {
    const TempDir dir;
    write_atomically(dir / "state.json", "x", Durability::crash);
    std::filesystem::create_directory(dir / "in-the-way");
    EXPECT_THROW(write_atomically(dir / "in-the-way", "x", Durability::crash), SystemError);
    std::size_t entries = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator{dir.path()})
        ++entries;
    EXPECT_EQ(entries, 2U);
}

TEST(WriteAtomically, AReaderKeepsTheOldFileWhole) {
    const TempDir dir;
    write_atomically(dir / "state.json", "old", Durability::crash);
    const Fd reader = open_file(dir / "state.json", O_RDONLY);
    write_atomically(dir / "state.json", "new", Durability::crash);
    EXPECT_EQ(read_all(reader.get(), "the old file"), "old");
}

TEST(RandomId, Has64HexadecimalDigitsAndIsNeverTheSame) {
    const std::string first = random_id();
    EXPECT_EQ(first.size(), 64U);
    EXPECT_TRUE(is_hex(first));
    EXPECT_NE(first, random_id());
    EXPECT_EQ(short_id(first), first.substr(0, 12));
}

TEST(Hex, KnowsDigitsFromOtherText) {
    EXPECT_EQ(to_hex(std::string_view{"\x00\xff\x10", 3}), "00ff10");
    EXPECT_FALSE(is_hex(""));
    EXPECT_FALSE(is_hex("xyz"));
    EXPECT_FALSE(is_hex("ABC"));
}

}  // namespace
}  // namespace minidock
