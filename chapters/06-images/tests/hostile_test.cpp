// Archives that want to harm: each is refused with one clear line, and nothing outside of the
// layer's folder has changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chapters/06-images/tests/unpacked.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Why a layer was refused; it must be on one line.
std::string refusal(const std::string& tar, const image::UnpackLimits& limits = {}) {
    try {
        const Unpacked tree{tar, limits};
        return "it was not refused";
    } catch (const std::exception& error) {
        EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
        return error.what();
    }
}

/// A folder outside of the layer, which must stay as it is.
class HostileLayer : public testing::Test {
  protected:
    HostileLayer() { write("victim", "untouched"); }
    ~HostileLayer() override { EXPECT_EQ(read_file(outside_ / "victim"), "untouched"); }

    void write(const std::string& name, const std::string& text) {
        write_all(open_file(outside_ / name, O_WRONLY | O_CREAT, 0644).get(), text, name);
    }

    TempDir outside_;
};

TEST_F(HostileLayer, WithDotsInAPathIsRefused) {
    EXPECT_THAT(refusal(TarBuilder{}.file("../../x", "x").str()),
                HasSubstr("entry \"../../x\": its path has \"..\" in it"));
    EXPECT_THAT(refusal(TarBuilder{}.folder("a").file("a/../../x", "x").str()),
                HasSubstr("\"..\""));
    EXPECT_THAT(refusal(TarBuilder{}.folder("..", 0777).str()), HasSubstr("\"..\""));
}

TEST_F(HostileLayer, WithAnAbsolutePathIsRefused) {
    EXPECT_THAT(refusal(TarBuilder{}.file(outside_ / "victim", "harmed").str()),
                HasSubstr("its path is absolute"));
}

TEST_F(HostileLayer, WithAFileBehindAnAbsoluteLinkIsRefused) {
    EXPECT_THAT(
        refusal(TarBuilder{}.symlink("out", outside_.path()).file("out/victim", "harmed").str()),
        HasSubstr("entry in \"out\": a link leads out of the layer's root"));
}

TEST_F(HostileLayer, WithAFileBehindARelativeLinkOutIsRefused) {
    const std::string up = "../../../../../../../..";
    EXPECT_THAT(
        refusal(
            TarBuilder{}.symlink("out", up + outside_.path()).file("out/victim", "harmed").str()),
        HasSubstr("a link leads out of the layer's root"));
    EXPECT_THAT(refusal(TarBuilder{}
                            .folder("a")
                            .symlink("a/up", "..")
                            .symlink("a/upup", "up/..")
                            .file("a/upup/x", "harmed")
                            .str()),
                HasSubstr("a link leads out of the layer's root"));
}

TEST_F(HostileLayer, WithAFileInPlaceOfALinkReplacesTheLink) {
    const Unpacked tree{
        TarBuilder{}.symlink("file", outside_ / "victim").file("file", "the layer's own")};
    EXPECT_EQ(tree.content("file"), "the layer's own");
}

TEST_F(HostileLayer, WithAFolderInPlaceOfALinkReplacesTheLink) {
    const Unpacked tree{
        TarBuilder{}.symlink("d", outside_.path()).folder("d", 0777).file("d/victim", "own")};
    EXPECT_EQ(tree.content("d/victim"), "own");
}

TEST_F(HostileLayer, WithAHardLinkOutIsRefused) {
    EXPECT_THAT(refusal(TarBuilder{}.hard_link("x", outside_ / "victim").str()),
                HasSubstr("its path is absolute"));
    EXPECT_THAT(refusal(TarBuilder{}.hard_link("x", "../../etc/passwd").str()),
                HasSubstr("\"..\""));
    EXPECT_THAT(refusal(TarBuilder{}
                            .symlink("out", outside_.path())
                            .hard_link("x", "out/victim")
                            .file("x", "harmed")
                            .str()),
                HasSubstr("a link leads out of the layer's root"));
}

TEST_F(HostileLayer, WithAHardLinkToALinkOutChangesTheLinkOnly) {
    const Unpacked tree{TarBuilder{}
                            .symlink("out", outside_ / "victim")
                            .hard_link("x", "out")
                            .file("x", "the layer's own")};
    EXPECT_EQ(tree.content("x"), "the layer's own");
}

TEST_F(HostileLayer, WithAHardLinkToNothingIsRefused) {
    EXPECT_THAT(refusal(TarBuilder{}.hard_link("x", "missing/file").str()),
                HasSubstr("a hard link to \"missing/file\", which is not in the layer"));
}

TEST_F(HostileLayer, WithAWhiteoutOfTheFolderAboveIsRefused) {
    for (const char* name : {".wh.", ".wh..", ".wh...", "a/.wh..."}) {
        EXPECT_THAT(refusal(TarBuilder{}.folder("a").file(name, "").str()),
                    HasSubstr("a whiteout of nothing"))
            << name;
    }
}

TEST_F(HostileLayer, WithWhiteoutsBehindALinkOutIsRefused) {
    for (const char* name : {"out/.wh.victim", "out/.wh..wh..opq"}) {
        EXPECT_THAT(refusal(TarBuilder{}.symlink("out", outside_.path()).file(name, "").str()),
                    HasSubstr("a link leads out of the layer's root"));
    }
}

TEST_F(HostileLayer, CannotForgeOverlayfssOwnAttributes) {
    const Unpacked tree{TarBuilder{}.add({.name = "d",
                                          .type = '5',
                                          .mode = 0755,
                                          .pax = {{"SCHILY.xattr.trusted.overlay.redirect", "/etc"},
                                                  {"SCHILY.xattr.user.overlay.opaque", "y"}}})};
    EXPECT_EQ(tree.attribute("d", "trusted.overlay.redirect"), std::nullopt);
    EXPECT_EQ(tree.attribute("d", "user.overlay.opaque"), std::nullopt);
}

TEST_F(HostileLayer, WithLinksInACircleIsRefused) {
    EXPECT_THAT(refusal(TarBuilder{}.symlink("a", "b").symlink("b", "a").file("a/x", "x").str()),
                HasSubstr("links go round in a circle"));
}

TEST_F(HostileLayer, WithTenThousandNestedFoldersIsRefused) {
    std::string path = "d";
    for (int i = 1; i < 10'000; ++i)
        path += "/d";
    EXPECT_THAT(refusal(TarBuilder{}.file(path, "x").str()), HasSubstr("longer than 4095 bytes"));
}

TEST_F(HostileLayer, WithANameThatIsTooLongIsRefused) {
    EXPECT_THAT(refusal(TarBuilder{}.file(std::string(300, 'x'), "x").str()),
                HasSubstr("a name is too long"));
    EXPECT_THAT(refusal(TarBuilder{}.file(std::string(300, 'x') + "/y", "x").str()),
                HasSubstr("a name is longer than 255 bytes"));
}

TEST_F(HostileLayer, ThatClaimsAHugeFileIsRefused) {
    EXPECT_THAT(refusal(TarBuilder{}
                            .add({.name = "huge", .content = "x", .claimed_size = 0777777777777})
                            .str()),
                HasSubstr("Truncated"));
}

TEST_F(HostileLayer, ThatUnpacksToMoreThanTheLimitIsRefused) {
    const std::string tar =
        TarBuilder{}.file("a", std::string(60'000, 'x')).file("b", std::string(60'000, 'x')).str();
    EXPECT_THAT(refusal(tar, {.bytes = 100'000}),
                HasSubstr("unpacks to more than 100000 bytes, the limit"));
    EXPECT_EQ(refusal(tar, {.bytes = 120'000}), "it was not refused");
}

TEST_F(HostileLayer, OfTooManyEntriesIsRefused) {
    TarBuilder tar;
    for (int i = 0; i < 11; ++i) {
        tar.add({.name = "null" + std::to_string(i), .type = '3', .major = 1, .minor = 3});
    }
    EXPECT_THAT(refusal(tar.str(), {.entries = 10}), HasSubstr("more than 10 entries"));
}

TEST_F(HostileLayer, IsToldApartFromOneWithOddNames) {
    const std::string why = refusal(TarBuilder{}.file("a\nb/../c", "x").str());
    EXPECT_THAT(why, HasSubstr("\"a\\x0ab/../c\""));
}

TEST_F(HostileLayer, ThatIsCutOffIsRefused) {
    const std::string whole = TarBuilder{}.file("a", std::string(5000, 'x')).str();
    EXPECT_THAT(refusal(whole.substr(0, 3000)), HasSubstr("Truncated"));
}

TEST_F(HostileLayer, ThatIsNoTarIsRefused) {
    EXPECT_THAT(refusal("this is no tar archive"), HasSubstr("read the layer"));
    std::string damaged = TarBuilder{}.file("a", "x").file("b", "y").str();
    damaged[1024 + 100] ^= 1;
    EXPECT_THAT(refusal(damaged), HasSubstr("Damaged"));
}

}  // namespace
}  // namespace minidock::test
