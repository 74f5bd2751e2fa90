#include "minidock/image/entry_path.hpp"

#include <gtest/gtest.h>

#include "minidock/base/error.hpp"

namespace minidock::image {
namespace {

TEST(EntryPaths, AreBroughtToOneForm) {
    EXPECT_EQ(EntryPath::parse("a/b").str(), "a/b");
    EXPECT_EQ(EntryPath::parse("./a//b/./c/").str(), "a/b/c");
    EXPECT_EQ(EntryPath::parse("...").str(), "...");
    EXPECT_EQ(EntryPath::parse("a/..b").str(), "a/..b");
    EXPECT_TRUE(EntryPath::parse(".").is_root());
    EXPECT_TRUE(EntryPath::parse("./").is_root());
}

TEST(EntryPaths, KnowTheirFolderAndTheirName) {
    EXPECT_EQ(EntryPath::parse("a/b/c").parent(), "a/b");
    EXPECT_EQ(EntryPath::parse("a/b/c").name(), "c");
    EXPECT_EQ(EntryPath::parse("c").parent(), "");
    EXPECT_EQ(EntryPath::parse("c").name(), "c");
}

TEST(EntryPaths, ThatLeadOutOfTheRootAreRefused) {
    for (const char* path : {"", "/", "/etc/passwd", "..", "../x", "a/../b", "a/..", "./.."}) {
        EXPECT_THROW((void)EntryPath::parse(path), BadParameter) << path;
    }
    EXPECT_THROW((void)EntryPath::parse(std::string(4096, 'a')), BadParameter);
}

TEST(EntryPaths, AreShownOnOneLine) {
    EXPECT_EQ(printable("a\nb\x1b[0m"), "\"a\\x0ab\\x1b[0m\"");
    EXPECT_LT(printable(std::string(10'000, 'x')).size(), 200U);
}

}  // namespace
}  // namespace minidock::image
